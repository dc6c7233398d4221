using Monolith.Embeddings.Threads;

namespace Monolith.Embeddings.Models.Graph;

/// <summary>
/// The second half of <see cref="LearnWork"/>, for a profile that wants to see the halves apart: loss, back to the gradients of the inputs.
/// </summary>
internal sealed class BackwardWork(ModelGraph graph, Workspace space) : RangeWork
{
    public override void Run(int start, int end)
    {
        graph.ComputeDeltas(space, start, end);
        graph.Backward(space, start, end);
    }
}
