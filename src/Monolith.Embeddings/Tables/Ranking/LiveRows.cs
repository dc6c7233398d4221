using System.Runtime.CompilerServices;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Stripes;

namespace Monolith.Embeddings.Tables.Ranking;

/// <summary>The rows of a table that learns, in place: a stripe is locked for a chunk of them at a time.</summary>
/// <param name="name">The table's name.</param>
/// <param name="stripes">Its stripes.</param>
/// <param name="layout">The bytes of a row.</param>
internal sealed unsafe class LiveRows(string name, TableStripes stripes, RowLayout layout) : RankedRows
{
    public override string Name => name;

    public override int Dimension => layout.Dimension;

    public override int Parts => stripes.Count;

    public override long Count => stripes.Rows;

    public override bool IdsAreMixed => false;

    public override void Scan(int part, TopKLane lane) => Scan(stripes[part], lane.Buffers, new TopKSink(lane));

    public override void Scan(int part, RankLane lane) => Scan(stripes[part], lane.Buffers, new RankSink(lane));

    public override void CopyIds(int part, List<long> ids)
    {
        var stripe = stripes[part];
        stripes.Gate.EnterShared();
        try
        {
            lock (stripe.Lock)
            {
                for (var handle = 0; handle < stripe.Rows.Count; handle++)
                {
                    var row = stripe.Rows[handle];
                    if (!stripe.Pass.IsDead(row)) ids.Add(row.Key);
                }
            }
        }
        finally
        {
            stripes.Gate.ExitShared();
        }
    }

    private void Scan<TSink>(Stripe stripe, ScanBuffers buffers, TSink sink)
        where TSink : struct, IRowSink
    {
        try
        {
            do
            {
                stripes.Gate.EnterShared();
                try
                {
                    lock (stripe.Lock) Take(stripe, buffers, sink);
                }
                finally
                {
                    stripes.Gate.ExitShared();
                }
                sink.Settle();
            }
            while (buffers.Cursor.IsOpen);
        }
        catch
        {
            buffers.Abandon();
            throw;
        }
    }

    private void Take<TSink>(Stripe stripe, ScanBuffers buffers, TSink sink)
        where TSink : struct, IRowSink
    {
        var first = buffers.Cursor;
        var taken = stripe.Rows.Take(first, sink.ChunkRows);
        var (start, end) = (first.Position, first.Position + taken);
        if (layout.HasPlainWeights && stripe.Pass.Current is null) TakePlain(stripe.Rows.Store.View, start, end, sink);
        else TakeAny(stripe, start, end, buffers.Row(Dimension), sink);
    }

    private static void TakePlain<TSink>(RowView rows, int start, int end, TSink sink)
        where TSink : struct, IRowSink
    {
        for (var handle = start; handle < end; handle++)
        {
            var row = rows[handle];
            sink.Take((ulong)row.Key, row.Floats);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void TakeAny<TSink>(Stripe stripe, int start, int end, float* weights, TSink sink)
        where TSink : struct, IRowSink
    {
        for (var handle = start; handle < end; handle++)
        {
            var row = stripe.Rows[handle];
            if (stripe.Pass.IsDead(row)) continue;
            RowPacking.Unpack(layout.WeightParts, row, new Span<float>(weights, Dimension));
            sink.Take((ulong)row.Key, weights);
        }
    }
}
