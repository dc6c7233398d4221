namespace Monolith.Embeddings.Features.Rows;

/// <summary>What a row has beside its features.</summary>
/// <param name="EventTime">When it happened, in milliseconds since the Unix epoch.</param>
/// <param name="RequestId">The request that it came from; 0 where there is none.</param>
/// <param name="Served">How it was served.</param>
internal readonly record struct ExampleRowFacts(long EventTime, long RequestId, ServedAs Served)
{
    public static ExampleRowFacts Of(ExampleBatch batch, int row) =>
        new(batch.EventTimesMilliseconds[row], batch.RequestIds[row], batch.HasServed ? batch.Served[row] : default);
}
