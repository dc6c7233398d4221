using System.Buffers;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Snapshots.Progress;
using Monolith.Embeddings.Snapshots.Restoring;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tables.Rules;

namespace Monolith.Embeddings.Snapshots.WarmStarting;

/// <summary>Reads rows of other tables into tables, on several threads. Whoever throws leaves tables that are half filled: the caller clears them.</summary>
/// <param name="tables">The tables.</param>
/// <param name="chain">The snapshot.</param>
/// <param name="pass">Reads blocks.</param>
/// <param name="progress">Is told; null for nobody.</param>
internal sealed class TableWarmStart(EmbeddingTableSet tables, ChainFiles chain, BlockPass pass, IProgress<SnapshotProgress>? progress)
{
    private const int SliceBytes = 1 << 20;

    private long _done;

    /// <exception cref="SnapshotException">A file was changed, or a number does not fit.</exception>
    /// <exception cref="InsufficientMemoryException">There is no room for so many rows.</exception>
    public void Run(IReadOnlyList<TableTransfer> transfers)
    {
        foreach (var transfer in transfers) TableRestore.Reserve(tables.Tables[transfer.Target], chain.Files[0], transfer.Source);
        var total = transfers.Sum(transfer => chain.Files.Sum(file => file.Tables[transfer.Source].Rows));
        foreach (var file in chain.Files)
        {
            // Of all tables before the rows of any, see TableRestore.
            foreach (var transfer in transfers) ReadRemovals(file, transfer);
            foreach (var transfer in transfers) ReadRows(file, transfer);
            new SnapshotProgressReporter(progress, SnapshotPhase.Restoring, file.Name).Report(_done, total);
        }
        foreach (var transfer in transfers)
            tables.Tables[transfer.Target].ConfirmSavedEventTime(chain.Tables[transfer.Source].Description.NewestEventTime);
    }

    private void ReadRemovals(SnapshotContents file, TableTransfer transfer) =>
        pass.ForEach(file, file.Tables[transfer.Source].RemovedBlocks, sizeof(long), (_, payload) => tables.Tables[transfer.Target].RestoreRemovals(payload));

    private void ReadRows(SnapshotContents file, TableTransfer transfer)
    {
        var (table, contents) = (tables.Tables[transfer.Target], file.Tables[transfer.Source]);
        pass.ForEach(file, contents.RowBlocks, contents.Records.RecordBytes, (entry, payload) =>
        {
            var added = transfer.IsVerbatim
                ? table.RestoreRows(payload, file.Header.From == 0)
                : Convert(file, table, transfer, contents.Records.RecordBytes, payload);
            TableRestore.RequireNew(table, file, entry.Items, added);
            Interlocked.Add(ref _done, entry.Items);
        });
    }

    // In slices, because a row may be many times as long as in the file.
    private static int Convert(
        SnapshotContents file, EmbeddingTable table, TableTransfer transfer, int recordBytes, ReadOnlySpan<byte> records)
    {
        var conversion = new RowConversion(table.Rules, transfer.Rows);
        var newBytes = RowRecord.BytesOf(table.Rules.Layout);
        var rowsAtOnce = Math.Min(Math.Max(1, SliceBytes / newBytes), records.Length / recordBytes);
        var (buffer, added) = (ArrayPool<byte>.Shared.Rent(rowsAtOnce * newBytes), 0);
        while (records.Length > 0)
        {
            var rows = Math.Min(rowsAtOnce, records.Length / recordBytes);
            for (var i = 0; i < rows; i++)
            {
                var record = records.Slice(i * recordBytes, recordBytes);
                var refusal = conversion.Convert(record, buffer.AsSpan(i * newBytes, newBytes));
                if (refusal != RefusalCause.None) throw DoesNotFit(file.Name, table, RecordLayout.Id(record));
            }
            added += table.RestoreRows(buffer.AsSpan(0, rows * newBytes), file.Header.From == 0);
            records = records[(rows * recordBytes)..];
        }
        ArrayPool<byte>.Shared.Return(buffer);
        return added;
    }

    private static SnapshotException DoesNotFit(string file, EmbeddingTable table, long id) =>
        new(SnapshotFault.Mismatch, file, $"weights that fit the precision of table '{table.Name}'", $"greater ones in the row of id {id}.");
}
