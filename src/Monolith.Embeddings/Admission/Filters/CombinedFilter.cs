namespace Monolith.Embeddings.Admission.Filters;

/// <summary>Several filters that decide together.</summary>
/// <param name="name">Its name.</param>
/// <param name="members">The filters; it owns them.</param>
/// <param name="grow">Which of them take memory for ids that they are asked about.</param>
/// <param name="needsAll">Whether all must say yes, or any.</param>
internal sealed class CombinedFilter(string name, AdmissionFilter[] members, bool[] grow, bool needsAll) : AdmissionFilter
{
    public override string Name { get; } = $"{name}({string.Join(", ", members.Select(member => member.Name))})";

    // Of those that take memory: an id that two of them count is one, and what a sketch remembers needs no room.
    public override long PendingCount
    {
        get
        {
            var (most, growing) = (0L, Array.IndexOf(grow, true) >= 0);
            for (var i = 0; i < members.Length; i++)
            {
                if (grow[i] || !growing) most = Math.Max(most, members[i].PendingCount);
            }
            return most;
        }
    }

    public override long Bytes => members.Sum(member => member.Bytes);

    internal override long AccountedBytes => members.Sum(member => member.AccountedBytes);

    public override bool IsPending(long id)
    {
        for (var i = 0; i < members.Length; i++)
        {
            if (grow[i] && !members[i].IsPending(id)) return false;
        }
        return true;
    }

    public override bool Admit(in AdmissionRequest request)
    {
        var agreeing = 0;
        foreach (var member in members) agreeing += member.Admit(in request) ? 1 : 0;
        return needsAll ? agreeing == members.Length : agreeing > 0;
    }

    public override void Drop(long id)
    {
        foreach (var member in members) member.Drop(id);
    }

    /// <summary>
    /// The progress of the member that decides: where all must agree the one that is furthest from it, else the nearest; nothing where one
    /// that cannot say may decide alone.
    /// </summary>
    public override AdmissionProgress? Explain(long id)
    {
        AdmissionProgress? decisive = null;
        foreach (var member in members)
        {
            if (member.Explain(id) is not { } told)
            {
                if (needsAll) continue;
                return null;
            }
            if (decisive is null || (needsAll ? IsBehind(told, decisive.Value) : IsBehind(decisive.Value, told))) decisive = told;
        }
        return decisive;
    }

    public override void Forget(DateTimeOffset eventTime)
    {
        foreach (var member in members) member.Forget(eventTime);
    }

    public override void Clear()
    {
        foreach (var member in members) member.Clear();
    }

    public override void Save(AdmissionStateWriter writer)
    {
        for (var i = 0; i < members.Length; i++) members[i].Save(new MemberStateWriter(writer, (byte)i));
    }

    internal override FilterSave BeginSave(AdmissionStateWriter writer)
    {
        var save = new CombinedFilterSave();
        try
        {
            for (var i = 0; i < members.Length; i++) save.Add(members[i].BeginSave(new MemberStateWriter(writer, (byte)i)));
        }
        catch
        {
            save.Dispose();
            throw;
        }
        return save;
    }

    public override void Load(ulong mixedId, ReadOnlySpan<byte> record)
    {
        if (record.IsEmpty || record[0] >= members.Length)
            throw new InvalidDataException($"A record of {record.Length} bytes is of none of the {members.Length} filters of '{Name}'.");
        members[record[0]].Load(mixedId, record[1..]);
    }

    internal override void CollectPending(Predicate<long> isWanted, ICollection<long> ids)
    {
        foreach (var member in members) member.CollectPending(isWanted, ids);
    }

    protected override void Dispose(bool disposing)
    {
        foreach (var member in members) member.Dispose();
        base.Dispose(disposing);
    }

    private static bool IsBehind(AdmissionProgress one, AdmissionProgress other) =>
        (double)one.Occurrences / one.Threshold < (double)other.Occurrences / other.Threshold;
}
