using Monolith.Embeddings.Models;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;
using TrainingThroughput.Workloads;

namespace TrainingThroughput.Subjects;

/// <summary>The whole trainer over prepared batches.</summary>
internal sealed class TrainerSide : IDisposable
{
    private readonly OnlineModel _model;
    private readonly PreparedExamples _examples;
    private readonly OnlineTrainer _trainer;

    /// <param name="tables">The tables.</param>
    /// <param name="examples">The batches.</param>
    /// <param name="model">Disposed with the side.</param>
    /// <param name="readAhead">How many batches are read ahead on another thread; 0 for none.</param>
    /// <param name="threads">How many threads share a batch's embeddings.</param>
    /// <param name="staleness">How stale it learns.</param>
    public TrainerSide(
        EmbeddingTableSet tables, PreparedExamples examples, OnlineModel model, int readAhead, int threads,
        Staleness staleness = Staleness.None)
    {
        (_model, _examples) = (model, examples);
        _trainer = new OnlineTrainer(tables, model, examples, new OnlineTrainerOptions
        {
            ReadAheadBatches = readAhead,
            MaxDegreeOfParallelism = threads,
            Staleness = staleness,
            WindowExamples = long.MaxValue,
            EvictEvery = Timeout.InfiniteTimeSpan,
        });
    }

    public TrainingProfile Profile => _trainer.Profile;

    public void Run(int first, int count)
    {
        _examples.Set(first, count);
        _trainer.RunAsync().GetAwaiter().GetResult();
    }

    public void Dispose()
    {
        _trainer.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _model.Dispose();
    }
}
