using System.Runtime.InteropServices;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Admission;

/// <summary>
/// Counts every id that has no row, exactly, and admits it at its N-th occurrence. An id that lost its row starts again from 0. Ids that
/// stay rare are forgotten when the table's expiry policy says so, see <see cref="Expiry.ExpiryPolicy.ForgetPendingUpTo"/>.
/// </summary>
public sealed class OccurrenceFilter : AdmissionFilter
{
    // A dictionary's entry: hash 4, next 4, key 8, count 4, last seen 4; and its bucket, 4.
    private const int BytesPerEntry = 28;

    private readonly Dictionary<long, Pending> _pending = [];
    private readonly int _occurrences;

    /// <summary>Creates a filter that has seen nothing.</summary>
    /// <param name="options">Its options.</param>
    public OccurrenceFilter(MinOccurrences options)
    {
        OptionErrors.ThrowIfInvalid(options);
        _occurrences = options.Occurrences;
    }

    /// <inheritdoc />
    public override string Name => "min-occurrences";

    /// <inheritdoc />
    public override long PendingCount => _pending.Count;

    /// <inheritdoc />
    public override long Bytes => (long)_pending.Capacity * BytesPerEntry;

    /// <inheritdoc />
    public override bool IsPending(long id) => _pending.ContainsKey(id);

    /// <inheritdoc />
    public override bool Admit(in AdmissionRequest request)
    {
        if (request.Count >= _occurrences) return Admitted(request.Id);
        ref var pending = ref CollectionsMarshal.GetValueRefOrAddDefault(_pending, request.Id, out _);
        var seen = pending.Count + (long)request.Count;
        if (seen >= _occurrences) return Admitted(request.Id);
        pending = new Pending((int)seen, Math.Max(pending.LastSeen, request.EventTime));
        return false;
    }

    /// <inheritdoc />
    public override AdmissionProgress? Explain(long id) =>
        new AdmissionProgress(_pending.TryGetValue(id, out var pending) ? pending.Count : 0, Math.Max(1, _occurrences));

    /// <inheritdoc />
    public override void Forget(uint eventTime)
    {
        foreach (var (id, pending) in _pending)
        {
            if (pending.LastSeen <= eventTime) _pending.Remove(id);
        }
        TrimExcess();
    }

    /// <inheritdoc />
    public override void Clear()
    {
        _pending.Clear();
        _pending.TrimExcess();
    }

    private bool Admitted(long id)
    {
        if (_pending.Remove(id)) TrimExcess();
        return true;
    }

    // The table reckons with at most four places for each counted id.
    private void TrimExcess()
    {
        if (_pending.Count < _pending.Capacity / 4) _pending.TrimExcess(2 * _pending.Count);
    }

    private readonly record struct Pending(int Count, uint LastSeen);
}
