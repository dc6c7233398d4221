using Monolith.Embeddings.Streams.Negatives.Items;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Streams.Negatives;

/// <summary>The bytes of a piece: for each array the entries that changed, each after its index. Little endian.</summary>
internal static class PieceFormat
{
    private const uint Version = 1;

    /// <summary>Writes what changed since a batch, as it is now.</summary>
    /// <param name="arrays">The state.</param>
    /// <param name="frontier">Its numbers.</param>
    /// <param name="since">The batch; -1 for all.</param>
    public static byte[] Write(SamplerArrays arrays, in SamplerFrontier frontier, long since)
    {
        var fields = new FieldWriter(1 << 12);
        fields.UInt32(Version);
        Write(fields, arrays.Items, frontier.Items, since, WriteItem);
        Write(fields, arrays.Blocks, frontier.Blocks, since, WriteBlock);
        WriteUsers(fields, arrays, since);
        return fields.Written.ToArray();
    }

    /// <summary>Takes them in.</summary>
    /// <exception cref="FormatException">They are of something else.</exception>
    public static void Read(ReadOnlySpan<byte> bytes, SamplerArrays arrays)
    {
        var fields = new FieldReader(bytes);
        var version = fields.UInt32();
        if (version != Version) throw new FormatException($"The version of a piece is {version}, not {Version}.");
        for (var left = fields.Count(NegativeSamplerOptions.MostItems, "items"); left > 0; left--)
            Restore(arrays.Items, (int)fields.Count(NegativeSamplerOptions.MostItems - 1, "places"), ReadItem(ref fields));
        for (var left = fields.Count(int.MaxValue, "blocks"); left > 0; left--)
            Restore(arrays.Blocks, (int)fields.Count(Array.MaxLength - 1, "blocks"), ReadBlock(ref fields));
        ReadUsers(ref fields, arrays);
        fields.End();
    }

    private static void Write<T>(FieldWriter fields, VersionedArray<T> array, int count, long since, WriteEntry<T> write)
        where T : unmanaged
    {
        var changed = 0u;
        for (var i = 0; i < count; i++) changed += array.HasChangedSince(since, i) ? 1u : 0;
        fields.UInt32(changed);
        for (var i = 0; i < count; i++)
        {
            if (!array.HasChangedSince(since, i)) continue;
            fields.Int32(i);
            write(fields, in array[i]);
        }
    }

    private static void WriteUsers(FieldWriter fields, SamplerArrays arrays, long since)
    {
        var (users, changed) = (arrays.Users, 0u);
        for (var i = 0; i < users.Length; i++) changed += IsToWrite(users, i, since) ? 1u : 0;
        fields.UInt32(changed);
        for (var i = 0; i < users.Length; i++)
        {
            if (!IsToWrite(users, i, since)) continue;
            fields.Int32(i);
            fields.Int64(users[i].Id);
            fields.Int64(users[i].LastEvent);
            fields.Int32(users[i].Next);
            fields.Int32(users[i].Count);
            for (var item = 0; item < arrays.Window; item++) fields.Int64(arrays.UserItems[(i * arrays.Window) + item]);
        }
    }

    // Most places never held a user; one may have become free since by going back.
    private static bool IsToWrite(VersionedArray<KnownUser> users, int place, long since) =>
        users.HasChangedSince(since, place) && (since >= 0 || users[place].LastEvent > 0);

    private static void ReadUsers(ref FieldReader fields, SamplerArrays arrays)
    {
        for (var left = fields.Count(arrays.Users.Length, "users"); left > 0; left--)
        {
            var place = (int)fields.Count(arrays.Users.Length - 1L, "places of users");
            var user = new KnownUser { Id = fields.Int64(), LastEvent = fields.Int64(), Next = fields.Int32(), Count = fields.Int32() };
            if (user.Next < 0 || user.Next >= arrays.Window || user.Count < 0 || user.Count > arrays.Window)
                throw new FormatException($"A user has {user.Count} items, the next at {user.Next}, of {arrays.Window}.");
            arrays.Users.Restore(place, in user);
            for (var item = 0; item < arrays.Window; item++) arrays.UserItems.Restore((place * arrays.Window) + item, fields.Int64());
        }
    }

    private static void WriteItem(FieldWriter fields, in KnownItem item)
    {
        fields.Int64(item.Id);
        fields.Double(item.Count);
        fields.Int64(item.SeenAt);
        fields.Int32(item.Older);
        fields.Int32(item.Newer);
        fields.Int32(item.FirstBlock);
        fields.Int32(item.Words);
    }

    private static KnownItem ReadItem(ref FieldReader fields) => new()
    {
        Id = fields.Int64(),
        Count = fields.Double(),
        SeenAt = fields.Int64(),
        Older = fields.Int32(),
        Newer = fields.Int32(),
        FirstBlock = fields.Int32(),
        Words = fields.Int32(),
    };

    private static void WriteBlock(FieldWriter fields, in SideBlock block)
    {
        foreach (var word in block.Values[..SideBlock.Words]) fields.Int64(word);
        fields.Int32(block.Next);
    }

    private static SideBlock ReadBlock(ref FieldReader fields)
    {
        var block = default(SideBlock);
        for (var i = 0; i < SideBlock.Words; i++) block.Values[i] = fields.Int64();
        block.Next = fields.Int32();
        return block;
    }

    private static void Restore<T>(VersionedArray<T> array, int place, in T value)
        where T : unmanaged
    {
        array.Reserve(place, Array.MaxLength);
        array.Restore(place, in value);
    }

    private delegate void WriteEntry<T>(FieldWriter fields, in T entry);
}
