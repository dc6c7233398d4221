using Monolith.Embeddings.AdoNet;
using Monolith.Embeddings.Datasets;
using Monolith.Embeddings.Hosting.Configuration;
using Monolith.Embeddings.Kafka;
using Monolith.Embeddings.Parquet;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.TestKit;
using Monolith.Embeddings.Tests.Architecture;
using Monolith.Embeddings.TorchSharp;

namespace Monolith.Embeddings.Tests.PublicApi;

public class PublicApiTests
{
    private const string Update = "UPDATE_PUBLIC_API";

    [TestCase(typeof(EmbeddingTable), "PublicAPI.txt")]
    [TestCase(typeof(PlugInRegistry), "PublicAPI.Hosting.txt")]
    [TestCase(typeof(PlugInContract), "PublicAPI.TestKit.txt")]
    [TestCase(typeof(SyntheticClickStream), "PublicAPI.Datasets.txt")]
    [TestCase(typeof(ParquetExport), "PublicAPI.Parquet.txt")]
    [TestCase(typeof(TableColumns), "PublicAPI.AdoNet.txt")]
    [TestCase(typeof(DeletedOffsets), "PublicAPI.Kafka.txt")]
    [TestCase(typeof(TorchModel), "PublicAPI.TorchSharp.txt")]
    public void The_public_surface_is_as_it_was_agreed(Type member, string name)
    {
        var file = Path.Combine(SourceFiles.Repository, "tests", "Monolith.Embeddings.Tests", "PublicApi", name);
        var actual = ApiText.Of(member.Assembly);
        if (Environment.GetEnvironmentVariable(Update) == "1") File.WriteAllText(file, actual);
        var expected = File.ReadAllText(file).ReplaceLineEndings("\n");
        var added = actual.Split('\n').Except(expected.Split('\n')).Select(line => "+ " + line);
        var removed = expected.Split('\n').Except(actual.Split('\n')).Select(line => "- " + line);
        Assert.That(actual, Is.EqualTo(expected),
            $"The public surface changed:\n{string.Join('\n', removed.Concat(added))}\nIf that is meant, run this test with {Update}=1 and "
            + "read the difference.");
    }
}
