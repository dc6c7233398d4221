using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tables.Cuts;

namespace Monolith.Embeddings.Tests.Tables.Cuts;

/// <summary>What filters save, in memory.</summary>
internal sealed class AdmissionRecordList : AdmissionStateWriter
{
    private readonly List<AdmissionRecord> _records = [];

    public static AdmissionRecord[] Of(EmbeddingTable table)
    {
        var writer = new AdmissionRecordList();
        table.SaveAdmission(writer);
        return [.. writer._records];
    }

    public override void Write(ulong mixedId, ReadOnlySpan<byte> record) => _records.Add(new AdmissionRecord(mixedId, record.ToArray()));
}
