using System.Data.Common;
using Monolith.Embeddings.AdoNet.Tests.Support;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.AdoNet.Tests.Simulation;

/// <summary>
/// Writers whose transactions overlap and commit in any order, and a reader that stops and goes on anywhere: one step at a time, by a seed.
/// No transaction is longer than the lag.
/// </summary>
internal sealed class OutOfOrder(DbDataSource database, ISimulatedTable table, TablePages pages, int seed)
{
    public const int LagUnits = 3;

    private readonly Random _random = new(seed);
    private readonly List<(ISimulatedWriter Writer, List<long> Ids, long Begun)> _open = [];
    private readonly List<long> _committed = [], _read = [];
    private StreamPosition _position;
    private long _now = 1000;

    /// <summary>What was committed, and what was read, both in the order of the ids.</summary>
    public async Task<(long[] Committed, long[] Read)> RunAsync(int steps)
    {
        await table.SetClockAsync(_now);
        for (var step = 0; step < steps; step++) await StepAsync();
        while (_open.Count > 0) await EndAsync(0);
        await AdvanceAsync(100 * ClockTable.TicksAUnit);
        await ReadAsync(int.MaxValue);
        return ([.. _committed.Order()], [.. _read.Order()]);
    }

    private Task StepAsync() => _random.Next(10) switch
    {
        0 or 1 when _open.Count < 5 => BeginAsync(),
        < 5 when _open.Count > 0 => InsertAsync(_random.Next(_open.Count)),
        5 or 6 when _open.Count > 0 => EndAsync(_random.Next(_open.Count)),
        7 => AdvanceAsync(_random.Next(1, 2 * ClockTable.TicksAUnit)),
        _ => ReadAsync(_random.Next(1, 4)),
    };

    private async Task BeginAsync() => _open.Add((await table.BeginAsync(_random), [], _now));

    private async Task InsertAsync(int index) =>
        _open[index].Ids.Add(await _open[index].Writer.InsertAsync(_now / ClockTable.TicksAUnit));

    private async Task EndAsync(int index)
    {
        var (writer, ids, _) = _open[index];
        _open.RemoveAt(index);
        if (_random.Next(5) == 0)
        {
            await writer.RollbackAsync();
            return;
        }
        await writer.CommitAsync();
        _committed.AddRange(ids);
    }

    private async Task AdvanceAsync(int ticks)
    {
        _now += ticks;
        for (var i = _open.Count - 1; i >= 0; i--)
        {
            if (_open[i].Begun + (LagUnits * ClockTable.TicksAUnit) < _now) await EndAsync(i);
        }
        await table.SetClockAsync(_now);
    }

    private async Task ReadAsync(int most)
    {
        var (page, batch) = (_random.Next(1, 6), _random.Next(1, 5));
        ExampleSource source = _random.Next(2) == 0
            ? Numbers.Source(database, pages, options => (options.PageSize, options.Records.BatchSize) = (page, batch))
            : Numbers.RowSource(database, pages, options => (options.PageSize, options.Records.BatchSize) = (page, batch));
        foreach (var (numbers, position) in await Numbers.BatchesAsync(source, _position, most))
        {
            _read.AddRange(numbers);
            _position = position;
        }
    }
}
