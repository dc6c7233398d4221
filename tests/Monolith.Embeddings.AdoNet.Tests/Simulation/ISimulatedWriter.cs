namespace Monolith.Embeddings.AdoNet.Tests.Simulation;

/// <summary>A transaction that writes.</summary>
internal interface ISimulatedWriter
{
    /// <summary>Adds a row that no reader sees yet, and returns its id.</summary>
    Task<long> InsertAsync(long at);

    Task CommitAsync();

    Task RollbackAsync();
}
