namespace Monolith.Embeddings.AdoNet.Tests.Simulation;

/// <summary>
/// A table "clicks" of (id, at) that several writers add to, each in a transaction of its own, and a clock "clock" of (now).
/// </summary>
internal interface ISimulatedTable
{
    Task<ISimulatedWriter> BeginAsync(Random random);

    Task SetClockAsync(long now);
}
