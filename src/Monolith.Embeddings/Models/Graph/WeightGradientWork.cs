using Monolith.Embeddings.Threads;

namespace Monolith.Embeddings.Models.Graph;

/// <summary>The gradients of the deep part's weights, split over the weights: each sums over all rows, in their order.</summary>
internal sealed class WeightGradientWork(ModelGraph graph, Workspace space) : RangeWork
{
    public override void Run(int start, int end)
    {
        for (var block = start; block < end; block++) graph.Perceptron!.SumWeightGradient(space, block);
    }
}
