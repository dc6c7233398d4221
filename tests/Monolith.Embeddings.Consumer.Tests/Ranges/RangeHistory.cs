using Monolith.Embeddings.Consumer.Tests.Faults.Clocks;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Consumer.Tests.Ranges;

/// <summary>
/// A random history that one set and a set cut into ranges go through side by side: batches, evictions, event times that lie, go back and
/// are confirmed. Whatever either says must be equal, bit for bit.
/// </summary>
internal sealed class RangeHistory(RangeFixture tables, SetClock clock, int seed, int ids, uint start = 1_700_000_000)
{
    private readonly Random _random = new(seed);
    private readonly TableBatch[] _expected = [.. tables.One.Tables.Select(_ => new TableBatch())];
    private readonly TableBatch[] _actual = [.. tables.One.Tables.Select(_ => new TableBatch())];
    private uint _now = start;
    private uint _lie;

    public async Task RunAsync(int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            _now += (uint)_random.Next(120);
            clock.Now = DateTimeOffset.FromUnixTimeSeconds(_now + _random.Next(3));
            await StepAsync(step);
            if (step % 16 == 15) await CompareAllAsync();
        }
        await CompareAllAsync();
    }

    private async Task StepAsync(int step)
    {
        var verb = _random.Next(40);
        if (verb == 0) Assert.That(await tables.Cut.EvictAsync(), Is.EqualTo(tables.One.Evict()), "evicted");
        else if (verb == 1) ConfirmEventTime();
        else if (verb == 2) await SetEventTimeBackAsync();
        else if (verb < 8) await ReadAsync();
        else await LearnAsync(step);
    }

    private void ConfirmEventTime()
    {
        tables.One.ConfirmEventTime(At.Seconds(_now));
        tables.Cut.ConfirmEventTime(At.Seconds(_now));
    }

    private async Task SetEventTimeBackAsync()
    {
        var (revoked, time) = (tables.One.Tables[0].NewestEventTime, At.Seconds(_now - (uint)_random.Next(600)));
        var stamped = await tables.One.RevokeEventTimeAsync(revoked, time);
        Assert.That(await tables.Cut.RevokeEventTimeAsync(revoked, time), Is.EqualTo(stamped), "revoked");
        if (_random.Next(2) == 0) return;
        stamped = await tables.One.SetEventTimeBackAsync(time);
        Assert.That(await tables.Cut.SetEventTimeBackAsync(time), Is.EqualTo(stamped), "set back");
    }

    private async Task ReadAsync()
    {
        Draw();
        await tables.One.LookupAsync(_expected);
        await tables.Cut.LookupAsync(_actual);
        CompareAnswers();
    }

    private async Task LearnAsync(int step)
    {
        Draw();
        var eventTime = At.Seconds(EventTime());
        await tables.One.LookupOrAdmitAsync(_expected, eventTime, step);
        await tables.Cut.LookupOrAdmitAsync(_actual, eventTime, step);
        CompareAnswers();
        for (var i = 0; i < _expected.Length; i++)
        {
            var gradients = new float[_expected[i].Rows.Length];
            for (var g = 0; g < gradients.Length; g++) gradients[g] = 2 * _random.NextSingle() - 1;
            if (_random.Next(20) == 0 && gradients.Length > 0) gradients[0] = float.NaN;
            foreach (var batch in new[] { _expected[i], _actual[i] }) (batch.Gradients, batch.WeightsAtRead) = (gradients, batch.Rows);
        }
        await tables.One.ApplyGradientsAsync(_expected, eventTime, step);
        await tables.Cut.ApplyGradientsAsync(_actual, eventTime, step);
        CompareEventTimes();
    }

    // A range hears of the time with the batches that concern it.
    private void CompareEventTimes()
    {
        for (var i = 0; i < _actual.Length; i++)
        {
            var expected = tables.One.Tables[i].NewestEventTime;
            foreach (var id in _actual[i].Ids.ToArray())
                Assert.That(tables.Owner(i, id).NewestEventTime, Is.EqualTo(expected), "newest event time of a range");
        }
    }

    // Mostly of now. A clock that lies does so for a while, so that some lies are confirmed; some times are late, some are missing.
    private uint EventTime()
    {
        if (_random.Next(12) == 0) _lie = _now + (uint)_random.Next(4000, 30_000);
        else if (_lie != 0 && _random.Next(3) == 0) _lie = 0;
        if (_lie != 0) return _lie;
        return _random.Next(10) switch { 0 => 0, 1 => _now - (uint)_random.Next(20_000), _ => _now };
    }

    private void Draw()
    {
        for (var i = 0; i < _expected.Length; i++)
        {
            // Few ids often and many seldom; now and then more at once than fit.
            var (count, most) = (_random.Next(20) == 0 ? ids / 2 : _random.Next(0, 40), _random.Next(3) == 0 ? ids / 8 : ids);
            long[] drawn = [.. Enumerable.Range(0, count).Select(_ => Id(_random.Next(most))).Distinct()];
            int[] counts = _random.Next(4) == 0 ? [] : [.. drawn.Select(_ => _random.Next(1, 4))];
            var floats = drawn.Length * tables.One.Tables[i].Dimension;
            var (firstValues, firstValueOf) = DrawFirstValues(drawn.Length, tables.One.Tables[i].Dimension);
            foreach (var batch in new[] { _expected[i], _actual[i] })
            {
                (batch.Ids, batch.Counts, batch.Rows) = (drawn, counts, new float[floats]);
                batch.HasRow = new bool[drawn.Length];
                batch.StoredRows = default;
                (batch.FirstValues, batch.FirstValueOf) = (firstValues, firstValueOf);
            }
        }
    }

    // Some ids begin as some of a few rows, as a child does as its parent.
    private (float[] Values, int[] ValueOf) DrawFirstValues(int count, int dimension)
    {
        if (_random.Next(3) == 0) return ([], []);
        var rows = _random.Next(5);
        return ([.. Enumerable.Range(0, rows * dimension).Select(_ => 2 * _random.NextSingle() - 1)],
            [.. Enumerable.Range(0, count).Select(_ => _random.Next(TableBatch.NoFirstValue, rows))]);
    }

    private static long Id(int number) => number % 2 == 0 ? number : unchecked((long)0x9E3779B97F4A7C15 * number);

    private void CompareAnswers()
    {
        for (var i = 0; i < _expected.Length; i++)
        {
            Assert.That(_actual[i].Rows.Span.SequenceEqual(_expected[i].Rows.Span), "rows of a batch");
            Assert.That(_actual[i].HasRow.Span.SequenceEqual(_expected[i].HasRow.Span), "who has a row");
        }
    }

    public async Task CompareAllAsync()
    {
        var told = await tables.Cut.GetStatisticsAsync();
        for (var i = 0; i < told.Count; i++)
        {
            var one = tables.One.Tables[i];
            Assert.That(LogicalStatistics.Of(told[i]), Is.EqualTo(LogicalStatistics.Of(one.GetStatistics())), one.Name);
            for (var number = 0; number < ids; number++) Compare(i, Id(number));
        }
    }

    private void Compare(int table, long id)
    {
        var (one, owner) = (tables.One.Tables[table], tables.Owner(table, id));
        Span<float> expected = new float[one.Dimension];
        Span<float> actual = new float[one.Dimension];
        Assert.That(owner.Lookup(id, actual), Is.EqualTo(one.Lookup(id, expected)));
        Assert.That(actual.SequenceEqual(expected), $"row {id}");
        var (theirs, ours) = (one.Explain(id), owner.Explain(id));
        Assert.That((ours.LastUpdate, ours.AdmittedAt, ours.Frequency, ours.Admission),
            Is.EqualTo((theirs.LastUpdate, theirs.AdmittedAt, theirs.Frequency, theirs.Admission)), $"row {id}");
        Assert.That(ours.Segments, Is.EqualTo(theirs.Segments), $"state of row {id}");
    }
}
