using static Monolith.Embeddings.Diagnostics.InstrumentKind;

namespace Monolith.Embeddings.Diagnostics;

/// <summary>The instruments of trainers.</summary>
internal static class TrainingInstruments
{
    public static readonly InstrumentDescription EventTimes = new(
        Counter, "monolith.training.event_times", "{example}", "Examples whose event time was not what it should be, by kind.");

    public static readonly InstrumentDescription CommitFailures = new(
        Counter, "monolith.training.commit_failures", "{commit}", "Commits that failed, by kind of the failure.");
}
