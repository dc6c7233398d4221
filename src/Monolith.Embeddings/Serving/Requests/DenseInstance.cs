using Monolith.Embeddings.Models;

namespace Monolith.Embeddings.Serving.Requests;

/// <summary>A model object, with the gate between those who predict and who loads weights.</summary>
internal sealed class DenseInstance(OnlineModel model) : IDisposable
{
    public OnlineModel Model { get; } = model;

    public ReaderWriterLockSlim Gate { get; } = new();

    public void Dispose()
    {
        Model.Dispose();
        Gate.Dispose();
    }
}
