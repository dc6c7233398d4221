using Microsoft.Extensions.Logging.Abstractions;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Features.Lookup;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Threads;
using Monolith.Embeddings.Training;
using Monolith.Embeddings.Training.Schedules;

namespace Monolith.Embeddings.Tests.Training.Stale;

/// <summary>
/// Training one batch stale as the rule says it, one thing after the other: before the gradients of a batch are applied, all rows of all
/// tables are copied; the next batch reads what it finds in the copy, and asks the tables for the rest.
/// </summary>
internal sealed class StaleOracle : IDisposable
{
    private readonly StaleShop _shop;
    private readonly EmbeddingTableSet _tables;
    private readonly OnlineModel _model;
    private readonly TableInput[] _inputs;
    private readonly PooledInputs _pooled;
    private readonly FeatureBlocks _gradients;
    private readonly ParentRows? _parents;
    private readonly TrainerEventTimes _times;
    private readonly EvictionSchedules _evictions;
    private readonly Dictionary<long, (float[] Read, float[] Stored)>[] _copies;
    private readonly HashSet<long>[] _idsBefore;
    private readonly List<float> _logits = [];
    private long? _removedBefore;
    private long _steps, _examples;

    public StaleOracle(StaleShop shop)
    {
        _shop = shop;
        (_tables, _model) = (shop.CreateTables(), shop.CreateModel());
        _inputs = [.. shop.Schema.Tables.Select(table => new TableInput(table) { AsksForRows = true })];
        _pooled = new PooledInputs(shop.Schema, _inputs) { Derived = _model.DerivedFeatures };
        _gradients = new FeatureBlocks(shop.Schema.Layout, BlockUse.Gradient, null);
        _parents = ParentRows.Of(shop.Schema);
        _times = new TrainerEventTimes(_tables, TimeProvider.System, NullLogger.Instance);
        _evictions = new EvictionSchedules(_tables, shop.Evictions, TimeProvider.System, NullLogger.Instance);
        _evictions.BeginRun();
        _copies = [.. _inputs.Select(_ => new Dictionary<long, (float[], float[])>())];
        _idsBefore = [.. _inputs.Select(_ => new HashSet<long>())];
    }

    /// <summary>How many ids were read stale, to another value than that of their turn.</summary>
    public int StaleReads { get; private set; }

    /// <summary>How many batches came after rows were removed.</summary>
    public int FreshBatches { get; private set; }

    /// <summary>Learns the whole stream; what was learned and predicted, to the bit.</summary>
    public async Task<string> TrainAsync()
    {
        await foreach (var batch in _shop.CreateSource().ReadAsync(StreamPosition.Start, CancellationToken.None)) await LearnAsync(batch);
        return StaleShop.StateOf(_tables, _model, _logits);
    }

    public void Dispose()
    {
        _model.Dispose();
        _tables.Dispose();
    }

    private async Task LearnAsync(ExampleBatch batch)
    {
        var eventTime = await _times.ObserveAsync(batch);
        var isFresh = _removedBefore != Removed();
        if (isFresh) FreshBatches++;
        _removedBefore = Removed();
        _pooled.Collect(batch, learns: true);
        foreach (var input in _inputs) input.Begin(learns: true);
        if (_parents is not null && _pooled.Parents is { Any: true } parents)
        {
            _parents.Ask(parents);
            await _tables.LookupAsync(_parents.Lookups);
            _parents.Give(parents, _inputs);
        }
        for (var i = 0; i < _inputs.Length; i++) Read(i, isFresh, eventTime);
        for (var i = 0; i < _inputs.Length; i++) Copy(i, eventTime);
        Train(batch);
        for (var i = 0; i < _inputs.Length; i++) _tables.Tables[i].ApplyBatch(_inputs[i].Batch, eventTime, _steps);
        _model.DerivedFeatures?.Learn(batch);
        _steps++;
        _examples += batch.Rows;
        if (_evictions.IsDue(new StreamPoint(_times.Newest, _examples, _steps)))
            await _evictions.EvictAsync(new StreamPoint(_times.Newest, _examples, _steps));
    }

    // Rows of ids that the batch before has too may go at a limit as those of any other id that is asked for, and so they are asked for.
    private void Read(int table, bool isFresh, DateTimeOffset eventTime)
    {
        var (input, copy) = (_inputs[table], _copies[table]);
        var ids = input.Ids.ToArray();
        var asked = Enumerable.Range(0, ids.Length)
            .Where(i => isFresh || !copy.ContainsKey(ids[i]) || _idsBefore[table].Contains(ids[i])).ToArray();
        var late = new TableBatch
        {
            Ids = asked.Select(i => ids[i]).ToArray(),
            Counts = asked.Select(i => input.Counts[i]).ToArray(),
            Rows = new float[asked.Length * input.Dimension],
            StoredRows = input.StoredRows.IsEmpty ? default : new float[asked.Length * input.Dimension],
            FirstValues = input.Batch.FirstValues,
            FirstValueOf = input.Batch.FirstValueOf.IsEmpty
                ? default : asked.Select(i => input.Batch.FirstValueOf.Span[i]).ToArray(),
        };
        _tables.Tables[table].LookupOrAdmitBatch(late, eventTime, _steps);
        for (var i = 0; i < asked.Length; i++) Put(input, asked[i], late.Rows.Span, late.StoredRows.Span, i);
        for (var i = 0; i < ids.Length && !isFresh; i++)
        {
            if (!copy.TryGetValue(ids[i], out var before)) continue;
            if (asked.Contains(i) && !before.Read.AsSpan().SequenceEqual(input.Rows.Slice(i * input.Dimension, input.Dimension)))
                StaleReads++;
            Put(input, i, before.Read, before.Stored, 0);
        }
        _tables.Tables[table].Contains(ids, input.HasRow);
    }

    private static void Put(TableInput input, int place, ReadOnlySpan<float> rows, ReadOnlySpan<float> stored, int from)
    {
        var width = input.Dimension;
        rows.Slice(from * width, width).CopyTo(input.Rows[(place * width)..]);
        if (!input.StoredRows.IsEmpty) stored.Slice(from * width, width).CopyTo(input.StoredRows[(place * width)..]);
    }

    private void Copy(int table, DateTimeOffset eventTime)
    {
        _copies[table].Clear();
        (_idsBefore[table], var own) = ([.. _inputs[table].Ids], _tables.Tables[table]);
        foreach (var chunk in own.EnumerateRows())
        {
            foreach (var id in chunk.Ids)
            {
                var (read, stored) = (new float[own.Dimension], new float[own.Dimension]);
                own.LookupOrAdmit([id], [], read, eventTime, _steps);
                own.Lookup(id, stored);
                _copies[table].Add(id, (read, stored));
            }
        }
    }

    private void Train(ExampleBatch batch)
    {
        _pooled.Pool(batch);
        _gradients.Resize(batch.Rows);
        var (logits, sums, threads) = (new float[batch.Rows * 2], new GradientSums(_pooled, _inputs), new ForkJoin(0));
        var scale = _shop.Clip is { } limit ? (Func<double, double>)Scale : null;
        _model.Train(new TrainContext(_pooled.Blocks, batch, _gradients, logits) { Callbacks = new() { ScaleOf = scale } });
        if (scale is null) sums.Sum(batch, _gradients, threads);
        _logits.AddRange(logits);

        double Scale(double squaredDense)
        {
            sums.Sum(batch, _gradients, threads);
            var squares = _inputs.Sum(input => input.SquaredGradientNorm()) + squaredDense;
            if (squares <= (double)limit * limit) return 1;
            var factor = limit / Math.Sqrt(squares);
            foreach (var input in _inputs) input.ScaleGradients(factor);
            return factor;
        }
    }

    private long Removed() => _tables.Tables.Select(table => table.GetStatistics()).Sum(s => s.Expired + s.Evicted + s.Removed + s.Cleared);
}
