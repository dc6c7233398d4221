using static Monolith.Embeddings.Diagnostics.InstrumentKind;

namespace Monolith.Embeddings.Diagnostics;

/// <summary>The instruments of joiners.</summary>
internal static class JoinerInstruments
{
    public static readonly InstrumentDescription Examples = new(
        Counter, "monolith.joiner.examples", "{example}", "Examples made of impressions and actions, by kind.");

    public static readonly InstrumentDescription Decisions = new(
        Counter, "monolith.joiner.decisions", "{decision}", "Decisions about logs that their records alone do not tell, by kind.");

    public static readonly InstrumentDescription Dropped = new(
        Counter, "monolith.joiner.dropped", "{record}", "Impressions and actions that made no example, by kind.");
}
