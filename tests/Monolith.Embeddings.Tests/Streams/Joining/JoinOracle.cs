using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Tests.Streams.Joining;

/// <summary>
/// The join as it is defined: which records of a partition are taken, by its times and by what was decided; then all in the order of
/// processing, and every impression with every action. Knows nothing of batches and places.
/// </summary>
internal sealed class JoinOracle
{
    private readonly OnlineJoinerOptions _options;
    private readonly int _tasks;
    private readonly long _window, _backward, _remembered;
    private readonly List<Emission> _emissions = [];

    /// <param name="scenario">The records and the options.</param>
    /// <param name="decisions">What was decided beside the records.</param>
    /// <param name="read">
    /// How many records of each log were read: where a log that has ended holds the others forever, chance decides it.
    /// </param>
    public JoinOracle(JoinScenario scenario, IReadOnlyList<JoinerDecision> decisions, int[] read)
    {
        _options = scenario.Options;
        _tasks = scenario.Tasks.Length;
        (_window, _backward) = (Of(_options.Window), Of(_options.BackwardWindow));
        _remembered = Of(_options.RememberClosedFor);
        var arrivals = Arrive(scenario, decisions, read, out var watermark);
        Join([.. arrivals.Where(arrived => arrived.Processing < watermark)], watermark);
        Rows =
        [
            .. _emissions.Where(emission => emission.Time < watermark)
                .OrderBy(emission => emission.Time).ThenBy(emission => emission.Impression.Record.Key)
                .ThenBy(emission => emission.Kind).ThenBy(emission => emission.Impression.Order).ThenBy(emission => emission.Task)
                .Select(RowOf),
        ];
    }

    public string[] Rows { get; }

    /// <summary>The logs that are set back: behind which of their records, and to which time.</summary>
    public List<(string Log, long AfterRecord, long To)> SetBacks { get; } = [];

    public JoinOracleCounts Counted { get; } = new();

    private bool IsEarly => _options.Feedback != DelayedFeedback.Wait;

    private List<Arrived> Arrive(JoinScenario scenario, IReadOnlyList<JoinerDecision> decisions, int[] read, out long watermark)
    {
        var arrivals = new List<Arrived>();
        watermark = long.MaxValue;
        var ofEach = Array.ConvertAll(scenario.Names, name => decisions.Where(decision => decision.Log == name).ToArray());
        long?[] firsts = [.. scenario.Partitions.Select((records, i) => OraclePartition.FirstOf(records, ofEach[i]))];
        for (var i = 0; i < scenario.Partitions.Length; i++)
        {
            var own = i;
            long[] others = [.. firsts.Where((first, at) => at != own && first is not null).Select(first => first!.Value)];
            var partition = new OraclePartition(_options, ofEach[i], others);
            partition.Read(scenario.Partitions[i][..read[i]]);
            Counted.Late += partition.Late;
            Counted.FarAhead += partition.FarAhead;
            SetBacks.AddRange(partition.SetBacks.Select(back => (scenario.Names[own], back.AfterRecord, back.To)));
            watermark = Math.Min(watermark, partition.Watermark);
            foreach (var (record, processing) in partition.Taken)
            {
                if (record.Kind != ScriptedKind.Punctuation) arrivals.Add(new Arrived(record, processing, i, arrivals.Count));
            }
        }
        // What was processed before a log was set back stays so.
        var frontiers = decisions.Select(decision => decision.Frontier).OfType<DateTimeOffset>().ToList();
        if (frontiers.Count > 0) watermark = Math.Max(watermark, frontiers.Max().ToUnixTimeMilliseconds() + 1);
        if (_options.CloseAtEnd) watermark = long.MaxValue;
        return arrivals;
    }

    private void Join(List<Arrived> arrivals, long watermark)
    {
        Arrived[] ordered =
        [
            .. arrivals.OrderBy(arrived => arrived.Processing).ThenBy(arrived => arrived.Record.Kind).ThenBy(arrived => arrived.Record.Key)
                .ThenBy(arrived => arrived.Partition).ThenBy(arrived => arrived.Number),
        ];
        for (var i = 0; i < ordered.Length; i++) ordered[i] = ordered[i] with { Order = i };
        var impressions = Accept(ordered.Where(arrived => arrived.Record.Kind == ScriptedKind.Impression));
        var actions = Distinct(ordered.Where(arrived => arrived.Record.Kind == ScriptedKind.Action));
        foreach (var impression in impressions) Emit(impression, [.. actions.Where(action => Counts(impression, action))]);
        Decide(impressions, actions, watermark);
    }

    private List<Arrived> Accept(IEnumerable<Arrived> ordered)
    {
        var impressions = new List<Arrived>();
        foreach (var next in ordered)
        {
            var known = impressions.Where(other => other.Record.Key == next.Record.Key
                && other.Record.Time + _window + _remembered >= next.Record.Time).ToList();
            if (known.Exists(other => other.Record.Time == next.Record.Time)) Counted.Duplicates++;
            else if (known.Count > 0 && _options.RepeatedImpressions == RepeatedImpressions.Drop) Counted.Conflicts++;
            else impressions.Add(next);
        }
        return impressions;
    }

    private List<Arrived> Distinct(IEnumerable<Arrived> ordered)
    {
        var actions = new List<Arrived>();
        foreach (var next in ordered)
        {
            var isKnown = actions.Exists(other => other.Processing == next.Processing && other.Record.Key == next.Record.Key
                && other.Record.Time == next.Record.Time && other.Record.Task == next.Record.Task
                && other.Record.Value == next.Record.Value);
            if (isKnown) Counted.DuplicateActions++;
            else actions.Add(next);
        }
        return actions;
    }

    private bool Counts(Arrived impression, Arrived action)
    {
        var (shown, acted) = (impression.Record.Time, action.Record.Time);
        return impression.Record.Key == action.Record.Key && acted >= shown - _backward && acted <= shown + _window
            && action.Processing <= shown + _window;
    }

    private void Emit(Arrived impression, List<Arrived> actions)
    {
        var close = impression.Record.Time + _window;
        if (_options.Feedback == DelayedFeedback.FakeNegative)
            _emissions.Add(new(impression.Record.Time, impression, 0, -1, new float?[_tasks], float.NaN, false));
        var closed = new float?[_tasks];
        var left = _tasks;
        for (var task = 0; task < _tasks; task++)
        {
            List<Arrived> own = [.. actions.Where(action => action.Record.Task == task)];
            if (own.Count == 0) continue;
            left--;
            closed[task] = IsEarly ? float.NaN : Math.Clamp(Aggregate(own), 0, 1);
            if (IsEarly) EmitPositive(impression, own[0], Math.Max(impression.Record.Time, own[0].Processing), 2);
        }
        if (_options.Feedback == DelayedFeedback.FakeNegative || (IsEarly && left == 0)) return;
        var delay = _options.Feedback == DelayedFeedback.DelayModel ? _window / 1000f : float.NaN;
        _emissions.Add(new(close, impression, 1, -1, closed, delay, false));
    }

    private void EmitPositive(Arrived impression, Arrived action, long time, int kind)
    {
        var labels = new float?[_tasks];
        Array.Fill(labels, float.NaN);
        labels[action.Record.Task] = Math.Clamp(action.Record.Value, 0, 1);
        var delay = _options.Feedback == DelayedFeedback.DelayModel
            ? Math.Max(0, action.Record.Time - impression.Record.Time) / 1000f
            : float.NaN;
        _emissions.Add(new(time, impression, kind, action.Record.Task, labels, delay, kind == 3));
    }

    private float Aggregate(List<Arrived> actions)
    {
        var byTime = actions.OrderBy(action => action.Record.Time).ToList();
        return _options.Aggregation switch
        {
            ActionAggregation.Earliest => byTime[0].Record.Value,
            ActionAggregation.Latest => byTime[^1].Record.Value,
            ActionAggregation.Sum => (float)actions.Sum(action => (double)action.Record.Value),
            ActionAggregation.Mean => (float)(actions.Sum(action => (double)action.Record.Value) / actions.Count),
            ActionAggregation.Minimum => actions.Min(action => action.Record.Value),
            _ => actions.Max(action => action.Record.Value),
        };
    }

    private void Decide(List<Arrived> impressions, List<Arrived> actions, long watermark)
    {
        var lately = new HashSet<(int Order, int Task)>();
        foreach (var action in actions)
        {
            var decision = action.Processing + _backward;
            if (decision >= watermark || impressions.Exists(impression => Counts(impression, action))) continue;
            var newest = impressions.LastOrDefault(impression => impression.Record.Key == action.Record.Key
                && impression.Record.Time <= decision && action.Record.Time >= impression.Record.Time - _backward
                && impression.Record.Time + _window + _remembered >= decision);
            if (newest is null)
            {
                Counted.Unmatched++;
                continue;
            }
            var hasAny = actions.Exists(other => other.Record.Task == action.Record.Task && Counts(newest, other));
            if (_options.LateActions == LateActions.Drop || hasAny || !lately.Add((newest.Order, action.Record.Task))) Counted.AfterClose++;
            else EmitPositive(newest, action, decision, 3);
        }
    }

    private string RowOf(Emission emission)
    {
        var record = emission.Impression.Record;
        var labels = new float[_tasks];
        var delays = new float[_tasks];
        for (var task = 0; task < _tasks; task++)
        {
            var written = task == 0 && record.Id % 5 == 0 ? 0.125f : _options.DefaultLabel ?? float.NaN;
            labels[task] = emission.Labels[task] ?? written;
            var isSaid = emission.Labels[task] is null || !float.IsNaN(emission.Labels[task]!.Value);
            delays[task] = isSaid && !float.IsNaN(emission.Delay) ? emission.Delay : 0;
        }
        return JoinedRow.Of(record.Id, labels, delays, emission.IsLate);
    }

    private static long Of(TimeSpan time) => (long)time.TotalMilliseconds;

    private sealed record Arrived(ScriptedRecord Record, long Processing, int Partition, int Number, int Order = 0);

    private sealed record Emission(
        long Time, Arrived Impression, int Kind, int Task, float?[] Labels, float Delay, bool IsLate);
}
