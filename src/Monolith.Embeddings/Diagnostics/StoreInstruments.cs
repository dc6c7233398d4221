using static Monolith.Embeddings.Diagnostics.InstrumentKind;

namespace Monolith.Embeddings.Diagnostics;

/// <summary>The instruments of the stores that trainers commit to.</summary>
internal static class StoreInstruments
{
    public static readonly InstrumentDescription Size = new(
        UpDownCounter, "monolith.store.size", "By", "Bytes of the files that the manifest names, by kind.");

    public static readonly InstrumentDescription Free = new(
        Gauge, "monolith.store.free", "By", "Bytes that the store has room for; none where that is not known.");
}
