namespace Monolith.Embeddings.Features.Rows;

/// <summary>Which parts of an example the bytes of its row have. What is not there has its default.</summary>
[Flags]
internal enum ExampleRowParts : ushort
{
    None = 0,
    RequestId = 1,
    Weight = 2,
    LogitOffsets = 4,
    Dense = 8,
    Served = 16,
    Delays = 32,

    /// <summary>The late mark, which has no bytes of its own.</summary>
    Late = 64,

    KeepRate = 128,

    /// <summary>
    /// The values of steps: behind the ids and weights of each slot that has any, one step after the other. Rows from before there were
    /// sequences had values lack it, and rows in which all are 0. Form 2 says it, and the second byte of parts in form 3.
    /// </summary>
    StepValues = 256,

    /// <summary>The raw columns, all of them, where a row has a value in one.</summary>
    Numbers = 512,

    /// <summary>What was predicted for each task when the row was served, where it is known of one.</summary>
    ServedPredictions = 1024,

    /// <summary>All that is known: bytes with others are of a later form.</summary>
    All = RequestId | Weight | LogitOffsets | Dense | Served | Delays | Late | KeepRate | StepValues | Numbers
        | ServedPredictions,
}
