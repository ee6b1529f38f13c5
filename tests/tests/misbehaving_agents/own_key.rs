//! Agents that have their own key, for they talk to their service themselves, and give it away in their
//! change: it would be in the case's artifact, and then in a pull request.

use regreen_case::{AttemptOutcome, Ending};

use super::scene::{REPAIR, Scene};

const OWN: &str = "house-own-key-0123456789";

/// In a line of the source, and as the name of a file.
#[test]
fn an_own_key_in_the_change_is_refused_and_never_stored() {
    let places = [
        (
            "open('calc.py', 'a').write(f'# {key}\\n')\n",
            "refused: calc.py:3: it adds what looks like a secret",
        ),
        ("open(key + '.py', 'w').close()\n", "***.py: its name holds what looks like a secret"),
    ];
    for (leak, said) in places {
        let body = format!(
            "key = os.environ['HOUSE_KEY']\nsay('the key is', key)\n{REPAIR}if is_first:\n    {leak}"
        );
        let scene = Scene::with_command(&body).options(&["--agent-env=HOUSE_KEY"]).variable("HOUSE_KEY", OWN);
        let told = scene.run();
        let told = told.ends(&[AttemptOutcome::Refused, AttemptOutcome::Green], Ending::FixedUnproven);
        assert!(told.fix.attempts[0].summary.contains(said), "{}", told.fix.attempts[0].summary);
        assert_eq!(told.files_with(OWN), [""; 0].map(std::path::PathBuf::from));
        assert!(!told.finished.stderr.contains(OWN), "{}", told.finished.stderr);
        assert!(told.printed(2).contains("the key is ***"), "it had the key");
    }
}
