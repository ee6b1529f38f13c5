//! The agents that are driven, and how each is told where its model is.

/// How an agent is told where its model is.
pub(crate) struct Way {
    pub(crate) agent: &'static str,
    pub(crate) model: &'static str,
    pub(crate) key: &'static str,
    pub(crate) address: &'static str,
    pub(crate) folder: &'static str,
    /// Whether it can go on with a session.
    pub(crate) resumes: bool,
    /// Whether its model answers with edits, in a format of the agent's, and can run nothing.
    pub(crate) by_text: bool,
}

pub(crate) const WAYS: [Way; 7] = [
    Way {
        agent: "aider",
        model: "anthropic/claude-sonnet-4-5",
        key: "ANTHROPIC_API_KEY",
        address: "ANTHROPIC_BASE_URL",
        folder: "",
        resumes: false,
        by_text: true,
    },
    Way {
        agent: "claude-code",
        model: "claude-sonnet-5",
        key: "ANTHROPIC_API_KEY",
        address: "ANTHROPIC_BASE_URL",
        folder: "",
        resumes: true,
        by_text: false,
    },
    Way {
        agent: "codex",
        model: "gpt-5.4",
        key: "OPENAI_API_KEY",
        address: "OPENAI_BASE_URL",
        folder: "/v1",
        resumes: true,
        by_text: false,
    },
    Way {
        agent: "copilot",
        model: "claude-sonnet-4-5",
        key: "ANTHROPIC_API_KEY",
        address: "ANTHROPIC_BASE_URL",
        folder: "",
        resumes: true,
        by_text: false,
    },
    Way {
        agent: "gemini",
        model: "gemini-3.1-pro",
        key: "GEMINI_API_KEY",
        address: "GOOGLE_GEMINI_BASE_URL",
        folder: "",
        resumes: true,
        by_text: false,
    },
    Way {
        agent: "mini-swe-agent",
        model: "anthropic/claude-sonnet-4-5-20250929",
        key: "ANTHROPIC_API_KEY",
        address: "ANTHROPIC_BASE_URL",
        folder: "",
        resumes: false,
        by_text: false,
    },
    Way {
        agent: "opencode",
        model: "anthropic/claude-sonnet-4-5",
        key: "ANTHROPIC_API_KEY",
        address: "ANTHROPIC_BASE_URL",
        folder: "",
        resumes: true,
        by_text: false,
    },
];
