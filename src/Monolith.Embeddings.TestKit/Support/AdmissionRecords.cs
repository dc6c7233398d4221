using Monolith.Embeddings.Admission;

namespace Monolith.Embeddings.TestKit.Support;

/// <summary>Keeps what a filter saves.</summary>
internal sealed class AdmissionRecords : AdmissionStateWriter
{
    public List<(ulong MixedId, byte[] Record)> All { get; } = [];

    public override void Write(ulong mixedId, ReadOnlySpan<byte> record) => All.Add((mixedId, record.ToArray()));
}
