using System.Reflection;
using System.Runtime.CompilerServices;
using Monolith.Embeddings.AdoNet;
using Monolith.Embeddings.Datasets;
using Monolith.Embeddings.Hosting.Configuration;
using Monolith.Embeddings.Kafka;
using Monolith.Embeddings.Parquet;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.TestKit;
using Monolith.Embeddings.TorchSharp;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Tests.Architecture;

/// <summary>
/// No text that the libraries write, and no number that they read, depends on the culture of the thread. Read from the compiled code.
/// </summary>
public class InvariantTextTests
{
    private static readonly Assembly[] Libraries =
    [
        typeof(EmbeddingTable).Assembly, typeof(EmbeddingsOptions).Assembly, typeof(PlugInContract).Assembly,
        typeof(SyntheticClickStream).Assembly, typeof(ParquetExport).Assembly, typeof(TableColumns).Assembly,
        typeof(TorchModel).Assembly, typeof(DeletedOffsets).Assembly,
    ];

    [TestCaseSource(nameof(Libraries))]
    public void No_code_formats_or_reads_by_the_culture_of_the_thread(Assembly library) =>
        Assert.That(library.GetTypes().SelectMany(MethodCode.Of).SelectMany(Found), Is.Empty,
            "name CultureInfo.InvariantCulture; exceptions about arguments come from Validation.OutOfRange, "
            + "texts of records from Diagnostics.RecordText");

    [TestCaseSource(nameof(Samples))]
    public void What_depends_on_the_culture_is_found(MethodInfo sample) => Assert.That(Found(sample), Has.Exactly(1).Items);

    [TestCaseSource(nameof(Sound))]
    public void What_does_not_depend_on_the_culture_is_not_found(MethodInfo sample) => Assert.That(Found(sample), Is.Empty);

    private static IEnumerable<MethodInfo> Samples() => typeof(CultureSamples).GetMethods().Where(method => method.IsStatic);

    private static IEnumerable<MethodInfo> Sound() => typeof(InvariantSamples).GetMethods().Where(method => method.IsStatic);

    private static IEnumerable<string> Found(MethodBase method)
    {
        // A record prints its members by the culture of the thread, unless its own ToString sees to that.
        if (method.Name == "PrintMembers" && !IsPublicText(method.DeclaringType!)) return [];
        // The one file that makes such exceptions, out of texts; packages beside the core compile it once more.
        return method.DeclaringType!.FullName == typeof(OutOfRange).FullName ? [] : CultureUse.In(method);
    }

    private static bool IsPublicText(Type record) =>
        record.IsVisible && record.GetMethod(nameof(ToString), [])!.IsDefined(typeof(CompilerGeneratedAttribute));
}
