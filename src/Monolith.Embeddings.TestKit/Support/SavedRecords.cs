using Monolith.Embeddings.Admission;

namespace Monolith.Embeddings.TestKit.Support;

/// <summary>The records that a filter saved.</summary>
internal sealed class SavedRecords : AdmissionStateWriter
{
    private readonly List<(ulong MixedId, byte[] Record)> _records = [];

    public SavedRecords(AdmissionFilter filter) => filter.Save(this);

    public override void Write(ulong mixedId, ReadOnlySpan<byte> record) => _records.Add((mixedId, record.ToArray()));

    public void LoadInto(AdmissionFilter filter)
    {
        foreach (var (mixedId, record) in _records) filter.Load(mixedId, record);
    }
}
