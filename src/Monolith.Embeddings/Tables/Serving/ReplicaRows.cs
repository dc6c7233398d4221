using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Indexing;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Ranking;

namespace Monolith.Embeddings.Tables.Serving;

/// <summary>
/// The rows of a replica's table, in place. A stripe is locked for a chunk of them at a time. Where rows moved in between, which only new
/// rows cause, the stripe is read again under one lock: a row could have been missed, or met twice. No id is met twice, even one that is
/// removed and added meanwhile.
/// </summary>
/// <param name="name">The table's name.</param>
/// <param name="encoding">How a row is written.</param>
/// <param name="stripes">The stripes.</param>
internal sealed unsafe class ReplicaRows(string name, WeightEncoding encoding, WeightStripe[] stripes) : RankedRows
{
    public override string Name => name;

    public override int Dimension => encoding.Dimension;

    public override int Parts => stripes.Length;

    public override long Count
    {
        get
        {
            var count = 0L;
            foreach (var stripe in stripes) count += stripe.Rows.Count;
            return count;
        }
    }

    public override bool IdsAreMixed => true;

    /// <summary>For tests: called between two chunks, without a lock.</summary>
    internal Action<int>? BetweenChunks { get; set; }

    public override void Scan(int part, TopKLane lane) => Scan(part, lane.Buffers, new TopKSink(lane));

    public override void Scan(int part, RankLane lane) => Scan(part, lane.Buffers, new RankSink(lane));

    public override void CopyIds(int part, List<long> ids)
    {
        var stripe = stripes[part];
        lock (stripe.Lock)
        {
            var buckets = stripe.Rows.Buckets;
            for (var bucket = 0u; bucket < buckets.Count; bucket++)
            {
                var (line, empty) = (buckets[bucket], KeyLine.Empty(bucket));
                for (var slot = 0; slot < KeyLine.Slots; slot++)
                {
                    if (line[slot] != empty) ids.Add(unchecked((long)KeyMixer.Unmix(line[slot])));
                }
            }
            for (var place = 0; place < stripe.Rows.OverflowCount; place++)
                ids.Add(unchecked((long)KeyMixer.Unmix(stripe.Rows.OverflowKey(place))));
        }
    }

    private void Scan<TSink>(int part, ScanBuffers buffers, TSink sink)
        where TSink : struct, IRowSink
    {
        sink.Mark();
        if (TryScan(part, buffers, sink)) return;
        sink.Rewind();
        var stripe = stripes[part];
        lock (stripe.Lock) Take(stripe.Rows, 0, stripe.Rows.Buckets.Count, buffers, sink);
        sink.Settle();
    }

    /// <returns>False where rows moved.</returns>
    private bool TryScan<TSink>(int part, ScanBuffers buffers, TSink sink)
        where TSink : struct, IRowSink
    {
        var (stripe, step) = (stripes[part], (uint)Math.Max(1, sink.ChunkRows / KeyLine.Slots));
        uint bucket = 0;
        var isThrough = false;
        for (long moves = 0; !isThrough; bucket += step)
        {
            if (bucket > 0) BetweenChunks?.Invoke(part);
            lock (stripe.Lock)
            {
                if (bucket == 0) moves = stripe.Rows.Moves;
                else if (stripe.Rows.Moves != moves) return false;
                var end = Math.Min(stripe.Rows.Buckets.Count, bucket + step);
                isThrough = end == stripe.Rows.Buckets.Count;
                Take(stripe.Rows, bucket, end, buffers, sink);
            }
            sink.Settle();
        }
        return true;
    }

    private void Take<TSink>(CuckooRows rows, uint start, uint end, ScanBuffers buffers, TSink sink)
        where TSink : struct, IRowSink
    {
        var buckets = rows.Buckets;
        var weights = encoding.IsPlain ? null : buffers.Row(Dimension);
        for (var bucket = start; bucket < end; bucket++)
        {
            var (line, empty) = (buckets[bucket], KeyLine.Empty(bucket));
            for (var slot = 0; slot < KeyLine.Slots; slot++)
            {
                if (line[slot] != empty) Take(line[slot], buckets.Row((int)(bucket * KeyLine.Slots) + slot), weights, sink);
            }
        }
        for (var place = 0; end == buckets.Count && place < rows.OverflowCount; place++)
            Take(rows.OverflowKey(place), rows.OverflowRow(place), weights, sink);
    }

    private void Take<TSink>(ulong key, Span<byte> row, float* weights, TSink sink)
        where TSink : struct, IRowSink
    {
        fixed (byte* bytes = row)
        {
            if (weights == null) sink.Take(key, (float*)bytes);
            else
            {
                encoding.Decode(row, new Span<float>(weights, Dimension));
                sink.Take(key, weights);
            }
        }
    }
}
