namespace Monolith.Embeddings.Diagnostics;

/// <summary>How the numbers of an instrument behave.</summary>
internal enum InstrumentKind
{
    /// <summary>It only rises.</summary>
    Counter,

    /// <summary>It rises and falls, and its parts may be added.</summary>
    UpDownCounter,

    /// <summary>It rises and falls, and its parts may not be added.</summary>
    Gauge,

    /// <summary>Each number counts by itself; how they are spread is what matters.</summary>
    Histogram,
}
