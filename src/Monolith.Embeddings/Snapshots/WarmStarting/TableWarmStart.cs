using System.Buffers;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Snapshots.Files;
using Monolith.Embeddings.Snapshots.Progress;
using Monolith.Embeddings.Snapshots.Restoring;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tables.Rules;

namespace Monolith.Embeddings.Snapshots.WarmStarting;

/// <summary>
/// Reads rows of other tables into tables, on several threads. Where it throws, tables are half filled: the caller clears them.
/// </summary>
/// <param name="tables">The tables.</param>
/// <param name="chain">The snapshot.</param>
/// <param name="pass">Reads blocks.</param>
/// <param name="progress">Is told; null for none.</param>
internal sealed class TableWarmStart(EmbeddingTableSet tables, ChainFiles chain, BlockPass pass, IProgress<SnapshotProgress>? progress)
{
    private const int SliceBytes = 1 << 20;

    private long _done;

    /// <exception cref="SnapshotException">A file was changed, or a number does not fit.</exception>
    /// <exception cref="InsufficientMemoryException">There is no room for this many rows.</exception>
    public void Run(IReadOnlyList<TableTransfer> transfers)
    {
        var commits = TableRestore.ByCommit(chain.Files);
        foreach (var transfer in transfers) TableRestore.Reserve(tables.Tables[transfer.Target], commits[0], transfer.Source);
        var total = transfers.Sum(transfer => chain.Files.Sum(file => file.Tables[transfer.Source].Rows));
        foreach (var files in commits)
        {
            // Of all tables before the rows of any, see TableRestore.
            foreach (var transfer in transfers)
                foreach (var file in files) ReadRemovals(file, transfer);
            foreach (var transfer in transfers)
                foreach (var file in files) ReadRows(file, transfer);
            new SnapshotProgressReporter(progress, SnapshotPhase.Restoring, files[^1].Name).Report(_done, total);
        }
        uint[] times = [.. TableRestore.NewestEventTimes(commits[^1])];
        foreach (var transfer in transfers) tables.Tables[transfer.Target].ConfirmSavedEventTime(times[transfer.Source]);
    }

    private void ReadRemovals(SnapshotContents file, TableTransfer transfer) =>
        pass.ForEach(file.Reader, file.Tables[transfer.Source].RemovedBlocks, block =>
        {
            BlockItems.Require(file.Name, block, sizeof(long));
            tables.Tables[transfer.Target].RestoreRemovals(block.Payload.Span);
        });

    private void ReadRows(SnapshotContents file, TableTransfer transfer)
    {
        var (table, contents) = (tables.Tables[transfer.Target], file.Tables[transfer.Source]);
        pass.ForEach(file.Reader, contents.RowBlocks, block =>
        {
            BlockItems.Require(file.Name, block, contents.Records.RecordBytes);
            var added = transfer.IsVerbatim
                ? table.RestoreRows(block.Payload.Span, file.Header.From == 0)
                : Convert(file, table, transfer, contents.Records.RecordBytes, block.Payload.Span);
            TableRestore.RequireNew(table, file, block.Entry.Items, added);
            Interlocked.Add(ref _done, block.Entry.Items);
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
        new(SnapshotFault.Mismatch, file, $"weights that fit the precision of table '{table.Name}'",
            $"greater ones in the row of id {id}.");
}
