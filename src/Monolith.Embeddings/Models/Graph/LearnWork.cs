using Monolith.Embeddings.Threads;

namespace Monolith.Embeddings.Models.Graph;

/// <summary>All that learning does row by row: forward, loss, back to the gradients of the inputs.</summary>
internal sealed class LearnWork(ModelGraph graph, Workspace space) : RangeWork
{
    public override void Run(int start, int end)
    {
        graph.Forward(space, start, end);
        graph.ComputeDeltas(space, start, end);
        graph.Backward(space, start, end);
    }
}
