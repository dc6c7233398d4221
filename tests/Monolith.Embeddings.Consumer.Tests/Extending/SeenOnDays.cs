// docs/extending.md shows what stands between the two marks, to the letter; ExtendingPageTests holds that.
// <page>
using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Validation;

/// <summary>An id gets a row when it was seen on some number of different days, however often on each.</summary>
public sealed class SeenOnDaysOptions : AdmissionFilterOptions
{
    public int Days { get; set; } = 2;

    public override AdmissionFilter Create(in AdmissionContext context) => new SeenOnDays(this);

    public override void CollectErrors(OptionErrors errors) => errors.InRange(nameof(Days), Days, 1, 1000);
}

public sealed class SeenOnDays(SeenOnDaysOptions options) : AdmissionFilter
{
    private readonly Dictionary<long, (int Days, DateTimeOffset LastSeen)> _pending = [];
    private readonly int _days = options.Days;

    public override string Name => "seen-on-days";

    public override long PendingCount => _pending.Count;

    public override long Bytes => 40L * _pending.Count;

    public override bool IsPending(long id) => _pending.ContainsKey(id);

    public override bool Admit(in AdmissionRequest request)
    {
        var (days, last) = _pending.GetValueOrDefault(request.Id);
        if (days == 0 || request.EventTime.UtcDateTime.Date > last.UtcDateTime.Date) days++;
        _pending[request.Id] = (days, request.EventTime > last ? request.EventTime : last);
        return days >= _days;
    }

    public override void Drop(long id) => _pending.Remove(id);

    public override void Forget(DateTimeOffset eventTime)
    {
        foreach (var (id, seen) in _pending)
        {
            if (seen.LastSeen <= eventTime) _pending.Remove(id);
        }
    }

    public override void Clear() => _pending.Clear();
}
// </page>
