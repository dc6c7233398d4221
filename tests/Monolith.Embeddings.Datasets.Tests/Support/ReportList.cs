
namespace Monolith.Embeddings.Datasets.Tests.Support;

/// <summary>Keeps the malformed lines that were reported.</summary>
internal sealed class ReportList : List<MalformedLine>, IProgress<MalformedLine>
{
    public void Report(MalformedLine value) => Add(value);
}
