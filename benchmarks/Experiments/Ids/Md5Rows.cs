using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Experiments.Data;
using Monolith.Embeddings.Features;

namespace Experiments.Ids;

/// <summary>
/// The paper's hashed tables (section 3.2.1): a value's number, written in decimal, through MD5, modulo the size of the slot's table. Slots
/// with few values keep rows of their own.
/// </summary>
internal sealed class Md5Rows : IdScheme
{
    private readonly SlotIndexes _indexes;
    private readonly long[]?[] _rows;

    /// <summary>Hashes a log's values.</summary>
    /// <param name="indexes">The values' numbers.</param>
    /// <param name="sizeOf">The size of a slot's table, by the number of the slot's values.</param>
    public Md5Rows(SlotIndexes indexes, Func<int, long> sizeOf)
    {
        _indexes = indexes;
        _rows = new long[]?[indexes.HashedSlots.Max() + 1];
        foreach (var slot in indexes.HashedSlots) _rows[slot] = RowsOf(indexes.Count(slot), sizeOf(indexes.Count(slot)));
    }

    /// <summary>How many different rows a slot's values have.</summary>
    public int Distinct(int slot) => _rows[slot]!.Distinct().Count();

    /// <inheritdoc />
    public override void Add(SlotValue value, List<SlotValue> rows)
    {
        var hashed = value.Slot < _rows.Length ? _rows[value.Slot] : null;
        rows.Add(value with { Value = FeatureId.Of(value.Slot, hashed is null ? value.Value : hashed[_indexes.Of(value)]) });
    }

    /// <summary>The row of a number: its decimal text through MD5, modulo the size.</summary>
    [SuppressMessage("Security", "CA5351:Do not use broken cryptographic algorithms",
        Justification = "The paper's hash; nothing is secret.")]
    public static long RowOf(int number, long size)
    {
        Span<byte> hash = stackalloc byte[MD5.HashSizeInBytes];
        MD5.HashData(Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)), hash);
        return (long)(BinaryPrimitives.ReadUInt128BigEndian(hash) % (UInt128)size);
    }

    private static long[] RowsOf(int count, long size)
    {
        var rows = new long[count];
        for (var number = 0; number < count; number++) rows[number] = RowOf(number, size);
        return rows;
    }
}
