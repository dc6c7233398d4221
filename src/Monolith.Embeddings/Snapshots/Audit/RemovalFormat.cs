using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tables.Observing;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Snapshots.Audit;

/// <summary>
/// Removals as bytes: a version, the names of tables and policies, and of each removal its number, the places of its names, the id, its
/// times and the cause.
/// </summary>
internal static class RemovalFormat
{
    private const uint Version = 1, NoPolicy = uint.MaxValue;
    private const int EntryBytes = 40, MostNames = 1 << 16;

    public static byte[] Write(IReadOnlyCollection<AuditedRemoval> removals)
    {
        var places = new Dictionary<string, uint>(StringComparer.Ordinal);
        foreach (var removal in removals)
        {
            places.TryAdd(removal.Table, (uint)places.Count);
            if (removal.Policy is { } policy) places.TryAdd(policy, (uint)places.Count);
        }
        var fields = new FieldWriter(256 + (EntryBytes * removals.Count));
        fields.UInt32(Version);
        fields.List([.. places.OrderBy(name => name.Value)], static (fields, name) =>
            fields.Text(name.Key, Math.Max(StoredLimits.NameBytes, StoredLimits.PlugInNameBytes)));
        fields.List(removals, (fields, removal) => WriteOne(fields, removal, places));
        return fields.Written.ToArray();
    }

    /// <exception cref="FormatException">The bytes are of no removals.</exception>
    public static List<AuditedRemoval> Read(ReadOnlySpan<byte> saved)
    {
        var fields = new FieldReader(saved);
        var version = fields.UInt32();
        if (version != Version) throw new FormatException($"It is of version {version}; known is {Version}.");
        var names = fields.List(MostNames, "names", (ref FieldReader fields) =>
            fields.Text(Math.Max(StoredLimits.NameBytes, StoredLimits.PlugInNameBytes)));
        var removals = fields.List(RemovalSegments.MostEntries, "removals", (ref FieldReader fields) => ReadOne(ref fields, names));
        fields.End();
        return removals;
    }

    private static void WriteOne(FieldWriter fields, AuditedRemoval removal, Dictionary<string, uint> places)
    {
        fields.Int64(removal.Number);
        fields.UInt32(places[removal.Table]);
        fields.UInt32(removal.Policy is { } policy ? places[policy] : NoPolicy);
        fields.Int64(removal.Row.Id);
        fields.UInt32(removal.Row.LastUpdate);
        fields.UInt32(removal.Row.EventTime);
        fields.UInt32(removal.Row.ClockTime);
        fields.UInt32((uint)removal.Row.Cause);
    }

    private static AuditedRemoval ReadOne(ref FieldReader fields, List<string> names)
    {
        var number = fields.Int64();
        var (table, policy) = (fields.UInt32(), fields.UInt32());
        var row = new RemovedRow(fields.Int64(), fields.UInt32(), fields.UInt32(), fields.UInt32(), (RemovalCause)fields.UInt32());
        if (table >= names.Count || (policy != NoPolicy && policy >= names.Count))
            throw new FormatException($"A removal has the names {table} and {policy} of {names.Count}.");
        if (!Enum.IsDefined(row.Cause)) throw new FormatException($"A removal has the cause {(uint)row.Cause}, which is not known.");
        return new AuditedRemoval(number, names[(int)table], policy == NoPolicy ? null : names[(int)policy], row);
    }
}
