using Monolith.Embeddings.Models;
using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

namespace Experiments.Freshness;

/// <summary>A day of event time with a delta a minute, beside a full snapshot an hour.</summary>
/// <param name="scratch">Where stores are made.</param>
internal sealed class DayTrial(string scratch)
{
    private const int Events = 2_000_000, BatchSize = 256;
    private const double EventsPerSecond = Events / 86_400.0;

    private readonly FreshModel _made = new();
    private readonly CommitTally _deltas = new();
    private readonly List<long> _rowsByHour = [];

    /// <summary>Learns the day.</summary>
    public async Task<IReadOnlyDictionary<string, double>> RunAsync(CancellationToken cancellationToken)
    {
        using var folder = new ScratchFolder(scratch);
        using var tables = _made.CreateTables();
        using var model = _made.CreateModel();
        await LearnAsync(tables, model, folder.NewStore(), cancellationToken);
        var bytesOfFullRow = (double)await FullBytesAsync(tables, model, folder.NewStore(), cancellationToken) / tables.Count;
        return new Dictionary<string, double>
        {
            ["deltas"] = _deltas.Deltas,
            ["bytes of deltas"] = _deltas.Bytes,
            ["bytes a row"] = (double)_deltas.Bytes / _deltas.Rows,
            ["rows at the end"] = tables.Count,
            ["full snapshots"] = _rowsByHour.Count,
            ["bytes of full snapshots"] = _rowsByHour.Sum() * bytesOfFullRow,
        };
    }

    private async Task LearnAsync(
        EmbeddingTableSet tables, OnlineModel model, SnapshotStore store, CancellationToken cancellationToken)
    {
        var stream = FreshModel.Stream(Events, EventsPerSecond);
        var (start, trainer) = (stream[0].Time.ToUnixTimeMilliseconds(), (OnlineTrainer?)null);
        var options = new OnlineTrainerOptions
        {
            MaxDegreeOfParallelism = 1,
            Scored = (examples, _) => See(trainer!, tables.Count, examples.EventTimesMilliseconds[0] - start),
            Synchronization = new SynchronizationOptions { SparseEvery = Schedule.ByEventTime(TimeSpan.FromMinutes(1)) },
        };
        var source = ExampleSource.From(() => stream.Read().Select(click => new FreshEvent(click, -1)), _made.Encoder, BatchSize);
        await using (trainer = new OnlineTrainer(tables, model, source, store, options))
        {
            await trainer.RunAsync(cancellationToken: cancellationToken);
            See(trainer, tables.Count, (long)TimeSpan.FromDays(1).TotalMilliseconds);
        }
    }

    // The first commit of another store is a full snapshot of the same tables.
    private async Task<long> FullBytesAsync(
        EmbeddingTableSet tables, OnlineModel model, SnapshotStore store, CancellationToken cancellationToken)
    {
        var nothing = ExampleSource.From(Enumerable.Empty<FreshEvent>, _made.Encoder, BatchSize);
        await using var trainer = new OnlineTrainer(tables, model, nothing, store);
        await trainer.RunAsync(cancellationToken: cancellationToken);
        return trainer.NewestCommit!.Serving!.Length;
    }

    private void See(OnlineTrainer trainer, long rows, long milliseconds)
    {
        _deltas.See(trainer.NewestCommit);
        while (_rowsByHour.Count < milliseconds / TimeSpan.MillisecondsPerHour) _rowsByHour.Add(rows);
    }
}
