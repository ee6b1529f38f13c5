//! Whether a second attempt of an agent goes on with the session of its first.

use regreen_case::{Fix, FixStatus};
use regreen_tests::files_with;
use regreen_tests::model_service::ModelService;

use crate::scene::{failing, try_it};
use crate::ways::Way;

/// Says so in what the first attempt prints, and nowhere else.
const FIRST: &str = "first-attempt-was-here";

/// Whether a second attempt goes on with the conversation of the first: only then does the model make the
/// wrong change right. What was said must not stay anywhere.
pub(crate) fn resumes(way: &Way) -> Result<(), String> {
    let wrong = format!("sed -i 's/xs\\[:-1\\]/xs[1:]/' shop.py; echo {FIRST} | tr a-z A-Z");
    let service = ModelService::running(&[&wrong, "sed -i 's/sum(xs\\[:-1\\])/sum(xs)/' shop.py"]);
    let (repository, case, home) = failing();
    let temporary = repository.beside("temporary");
    std::fs::create_dir_all(&temporary).unwrap();
    try_it(way, &service, (&repository, &case, &home), (2, "4m"), Some(&temporary));
    let asked = service.asked();
    let again = asked.iter().find(|one| one.body.contains("Your last attempt did not pass"));
    let again = again.ok_or("it was not asked to try again")?;
    let said = [FIRST.to_uppercase(), "# Task: repair a failing test".to_owned()];
    if let Some(missing) = said.iter().find(|text| !again.body.contains(text.as_str())) {
        return Err(format!("its model is not told `{missing}` again"));
    }
    let fix: Fix = case.read().unwrap();
    if fix.status != FixStatus::PatchFound || fix.attempts.len() != 2 {
        return Err(format!("{} attempts, {}", fix.attempts.len(), fix.reason.unwrap_or_default()));
    }
    let left =
        [&home, &temporary].iter().flat_map(|folder| files_with(folder, &FIRST.to_uppercase())).count();
    if left == 0 { Ok(()) } else { Err(format!("{left} files of the session are left")) }
}
