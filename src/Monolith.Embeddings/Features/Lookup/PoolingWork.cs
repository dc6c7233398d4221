using Monolith.Embeddings.Threads;

namespace Monolith.Embeddings.Features.Lookup;

/// <summary>Pools the inputs of a batch, shared out by rows of the batch. One batch at a time.</summary>
/// <param name="inputs">Receives the inputs.</param>
internal sealed class PoolingWork(PooledInputs inputs) : RangeWork
{
    // Fewer vectors are pooled before another thread has come.
    private const int LeastSharedIds = 2048, LeastRows = 32, PartsAThread = 4;

    private FeatureBatch _batch = null!;

    /// <summary>Pools a batch.</summary>
    public void Pool(FeatureBatch batch, ForkJoin threads)
    {
        _batch = batch;
        var rows = batch.Rows;
        if (threads.Count == 1 || batch.IdCount < LeastSharedIds) Run(0, rows);
        else threads.Run(this, rows, Math.Max(LeastRows, rows / (PartsAThread * threads.Count)));
    }

    /// <inheritdoc />
    public override void Run(int start, int end) => inputs.Pool(_batch, start, end);
}
