namespace Monolith.Embeddings.Tests.Snapshots.Stores;

/// <summary>A file of a <see cref="SimulatedDisk"/>: the writes that made it, and what the medium knows of each.</summary>
internal sealed class SimulatedFile
{
    public List<(int Offset, byte[] Bytes, Durability State)> Writes { get; } = [];

    public int Length => Writes.Select(w => w.Offset + w.Bytes.Length).DefaultIfEmpty().Max();

    public bool IsHeld { get; set; }

    /// <summary>What a program sees.</summary>
    public byte[] Content => Apply(Writes.Select(w => (w.Offset, w.Bytes)));

    public void Append(ReadOnlySpan<byte> bytes) => Writes.Add((Length, bytes.ToArray(), Durability.Pending));

    /// <summary>A flush: what is pending becomes durable, or is dropped where it fails; what was dropped stays so.</summary>
    public void Flush(Durability becomes)
    {
        for (var i = 0; i < Writes.Count; i++)
        {
            if (Writes[i].State == Durability.Pending) Writes[i] = Writes[i] with { State = becomes };
        }
    }

    /// <summary>What may be left after a power cut: of what is not durable, any part.</summary>
    public byte[] AfterPowerCut(Random random)
    {
        var left = new List<(int, byte[])>();
        foreach (var (offset, bytes, state) in Writes)
        {
            var kept = state == Durability.Durable ? bytes.Length : random.Next(3) * bytes.Length / 2;
            if (kept > 0) left.Add((offset, bytes[..kept]));
        }
        return Apply(left);
    }

    private static byte[] Apply(IEnumerable<(int Offset, byte[] Bytes)> writes)
    {
        var all = writes.ToArray();
        var content = new byte[all.Select(w => w.Offset + w.Bytes.Length).DefaultIfEmpty().Max()];
        foreach (var (offset, bytes) in all) bytes.CopyTo(content, offset);
        return content;
    }
}
