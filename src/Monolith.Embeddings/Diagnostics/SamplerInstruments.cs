using static Monolith.Embeddings.Diagnostics.InstrumentKind;

namespace Monolith.Embeddings.Diagnostics;

/// <summary>The instruments of negative samplers.</summary>
internal static class SamplerInstruments
{
    public static readonly InstrumentDescription Examples = new(
        Counter, "monolith.negatives.examples", "{example}", "Examples that negative samplers yielded, by kind.");

    public static readonly InstrumentDescription Draws = new(
        Counter, "monolith.negatives.draws", "{draw}", "Draws that gave no negative: drawn again, or without a candidate.");
}
