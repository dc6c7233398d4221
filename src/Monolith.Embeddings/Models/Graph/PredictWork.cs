using Monolith.Embeddings.Threads;

namespace Monolith.Embeddings.Models.Graph;

/// <summary>The way forward of some rows.</summary>
internal sealed class PredictWork(ModelGraph graph, Workspace space) : RangeWork
{
    public override void Run(int start, int end) => graph.Forward(space, start, end);
}
