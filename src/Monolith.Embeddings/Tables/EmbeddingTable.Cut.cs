using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Cuts;
using Monolith.Embeddings.Tables.Stripes;

namespace Monolith.Embeddings.Tables;

/// <summary>What saving and restoring ask of a table.</summary>
public sealed partial class EmbeddingTable
{
    /// <summary>Counts the moments of this table.</summary>
    internal ChangeClock Changes => _cuts.Changes;

    /// <summary>Whether an eviction is under way.</summary>
    internal bool IsEvicting => _expiring.IsUnderWay;

    /// <summary>Which bits of a mixed id place it.</summary>
    internal ulong HashMask => _rules.HashMask;

    /// <inheritdoc cref="TableCuts.KnowsRemovals" />
    internal bool KnowsRemovals => _cuts.KnowsRemovals;

    /// <summary>Finishes the eviction that is under way, so that what it killed is no part of a cut.</summary>
    internal void FinishEviction() => _expiring.Finish();

    internal void EnterCut() => _stripes.Gate.EnterExclusive();

    internal void ExitCut() => _stripes.Gate.ExitExclusive();

    /// <inheritdoc cref="TableCuts.Cut" />
    internal void Cut() => _cuts.Cut();

    /// <inheritdoc cref="TableCuts.CutRestored" />
    internal void CutRestored() => _cuts.CutRestored();

    /// <inheritdoc cref="TableCuts.LogRemovals" />
    internal void LogRemovals() => _cuts.LogRemovals();

    /// <inheritdoc cref="TableCuts.BeginScan" />
    internal void BeginScan(IReadOnlyList<CutLane> lanes, bool isFull) => _cuts.BeginScan(lanes, isFull);

    /// <inheritdoc cref="TableCuts.ScanFilter" />
    internal bool ScanFilter(int stripe) => _cuts.ScanFilter(stripe);

    /// <inheritdoc cref="TableCuts.ScanNext" />
    internal bool ScanNext(int stripe) => _cuts.ScanNext(stripe);

    /// <inheritdoc cref="TableCuts.EndScan" />
    internal void EndScan() => _cuts.EndScan();

    /// <inheritdoc cref="TableCuts.Release" />
    internal void Release() => _cuts.Release();

    /// <inheritdoc cref="TableCuts.EndLog" />
    internal void EndLog() => _cuts.EndLog();

    /// <inheritdoc cref="RowRestore.Reserve" />
    internal void Reserve(ReadOnlySpan<int> rowsOf) => _restore.Reserve(rowsOf);

    /// <inheritdoc cref="RowRestore.Restore" />
    internal int RestoreRows(ReadOnlySpan<byte> records, bool areNew) => _restore.Restore(records, areNew);

    /// <inheritdoc cref="RowRestore.Remove" />
    internal void RestoreRemovals(ReadOnlySpan<byte> ids) => _restore.Remove(ids);

    /// <inheritdoc cref="RowRestore.SaveFilters" />
    internal void SaveAdmission(AdmissionStateWriter writer) => _restore.SaveFilters(writer);

    /// <inheritdoc cref="RowRestore.LoadFilters" />
    internal void LoadAdmission(IEnumerable<AdmissionRecord> records) => _restore.LoadFilters(records);

    /// <inheritdoc cref="TableStripes.ForEachRow" />
    internal void ForEachRow(Action<Row> look, CancellationToken cancellationToken) => _stripes.ForEachRow(look, cancellationToken);
}
