using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Tests.Streams.Joining;

/// <summary>
/// Which records of a partition are taken, and when they are processed: by their times, and by what was decided. Knows nothing of reading.
/// </summary>
/// <param name="options">How they are joined.</param>
/// <param name="decisions">What was decided about this partition.</param>
/// <param name="witnesses">The first times of the others.</param>
internal sealed class OraclePartition(OnlineJoinerOptions options, IReadOnlyList<JoinerDecision> decisions, long[] witnesses)
{
    private readonly long _lateness = (long)options.AllowedLateness.TotalMilliseconds, _jump = (long)options.MaxJump.TotalMilliseconds;
    private readonly List<ScriptedRecord> _first = [], _ahead = [], _behind = [];
    private long? _greatest;
    private long _era, _floor = long.MinValue, _number;

    /// <summary>What is taken, and when it is processed.</summary>
    public List<(ScriptedRecord Record, long Processing)> Taken { get; } = [];

    public List<(long AfterRecord, long To)> SetBacks { get; } = [];

    public long Late { get; private set; }

    public long FarAhead { get; private set; }

    public long Watermark => _greatest is { } greatest ? greatest - _lateness : long.MinValue;

    /// <summary>The first time of a log; none where the clock passed over it before that, and before anything was processed.</summary>
    public static long? FirstOf(List<ScriptedRecord> records, IReadOnlyList<JoinerDecision> decisions)
    {
        var first = records.FindIndex(record => record.Kind != ScriptedKind.Nothing);
        var isPassedOver = decisions.Any(decision => decision.AfterRecord <= first && decision.Frontier is null);
        return first < 0 || isPassedOver ? null : records[first].Time;
    }

    public void Read(List<ScriptedRecord> records)
    {
        Decide();
        foreach (var record in records)
        {
            _number++;
            if (record.Kind != ScriptedKind.Nothing) Judge(record);
            Decide();
        }
        if (!options.CloseAtEnd) return;
        AdmitAll([.. _first.OrderBy(record => record.Time)]);
        AdmitAll(_ahead);
        AdmitAll(_behind);
    }

    private void Decide()
    {
        foreach (var decision in decisions)
        {
            if (decision.Kind != JoinerDecisionKind.SilencePassedOver || decision.AfterRecord != _number) continue;
            if (decision.To.ToUnixTimeMilliseconds() > _greatest.GetValueOrDefault(long.MinValue)) Raise(decision);
        }
    }

    private void Raise(JoinerDecision decision)
    {
        var to = decision.To.ToUnixTimeMilliseconds();
        var isLeap = decision.From is null || to > decision.From.Value.ToUnixTimeMilliseconds() + _jump;
        (_greatest, _era) = (to, isLeap ? to : _era);
        _floor = Math.Max(_floor, decision.Frontier?.ToUnixTimeMilliseconds() ?? long.MinValue);
        ScriptedRecord[] held = [.. _first, .. _ahead, .. _behind];
        foreach (var list in new[] { _first, _ahead, _behind }) list.Clear();
        foreach (var record in held) Judge(record);
    }

    private void Judge(ScriptedRecord record)
    {
        if (_greatest is null) Begin(record);
        else if (record.Time > _greatest + _jump) GoAhead(record);
        else if (record.Time < _era - _jump && record.Time < _greatest - _lateness) GoBehind(record);
        else
        {
            DropAhead();
            AdmitBehind();
            Admit(record);
        }
    }

    private void Begin(ScriptedRecord record)
    {
        _first.Add(record);
        var near = _first.Where(other => AreNear(other, record)).ToList();
        if (near.Count >= options.JumpConfirmations || witnesses.Any(witness => Math.Abs(witness - record.Time) <= _jump))
        {
            FarAhead += _first.Count - near.Count;
            _era = near.Min(other => other.Time);
            _first.Clear();
            AdmitAll(near);
        }
        else if (_first.Count == 4 * options.JumpConfirmations)
        {
            var all = _first.ToList();
            _first.Clear();
            (_greatest, _era) = (all[0].Time, all[0].Time);
            all.ForEach(Judge);
        }
    }

    private void GoAhead(ScriptedRecord record)
    {
        AdmitBehind();
        if (_ahead.Count > 0 && record.Time < _ahead[0].Time - _jump) DropAhead();
        _ahead.Add(record);
        if (_ahead.Count < options.JumpConfirmations) return;
        _era = _ahead.Min(other => other.Time);
        AdmitAll([.. _ahead]);
        _ahead.Clear();
    }

    private void GoBehind(ScriptedRecord record)
    {
        DropAhead();
        if (_behind.Count > 0 && !AreNear(_behind[^1], record)) AdmitBehind();
        _behind.Add(record);
        if (_behind.Count < options.JumpConfirmations) return;
        var to = _behind.Max(other => other.Time);
        SetBacks.Add((_number, to));
        var decision = decisions.FirstOrDefault(
            made => made.Kind == JoinerDecisionKind.TimeSetBack && made.AfterRecord == _number);
        _floor = Math.Max(_floor, decision?.Frontier?.ToUnixTimeMilliseconds() ?? long.MinValue);
        FarAhead += Taken.RemoveAll(taken => taken.Processing > to + _jump && taken.Processing > _floor);
        (_greatest, _era) = (_behind[0].Time, _behind.Min(other => other.Time));
        AdmitBehind();
    }

    private void DropAhead()
    {
        FarAhead += _ahead.Count;
        _ahead.Clear();
    }

    private void AdmitBehind()
    {
        AdmitAll([.. _behind]);
        _behind.Clear();
    }

    private void AdmitAll(List<ScriptedRecord> records) => records.ForEach(Admit);

    private void Admit(ScriptedRecord record)
    {
        var watermark = Watermark;
        _greatest = Math.Max(_greatest ?? long.MinValue, record.Time);
        if (record.Time >= watermark && record.Time > _floor) Taken.Add((record, record.Time));
        else if (record.Kind == ScriptedKind.Action && options.LateActions == LateActions.Emit)
            Taken.Add((record, Math.Max(watermark, _floor + 1)));
        else if (record.Kind != ScriptedKind.Punctuation) Late++;
    }

    private bool AreNear(ScriptedRecord left, ScriptedRecord right) => Math.Abs(left.Time - right.Time) <= _jump;
}
