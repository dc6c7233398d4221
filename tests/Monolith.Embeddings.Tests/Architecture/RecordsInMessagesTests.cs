using System.Reflection;
using System.Runtime.CompilerServices;
using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Hosting.Configuration;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Tests.Architecture;

/// <summary>
/// What a record writes of itself is for the debugger: all its parts, and theirs. A message says what matters, "dimension 16 in the store,
/// 32 here". Read from the compiled code.
/// </summary>
public class RecordsInMessagesTests
{
    private static readonly Assembly[] Libraries =
        [typeof(EmbeddingTable).Assembly, typeof(Datasets.CsvReader<>).Assembly, typeof(EmbeddingsOptions).Assembly];

    [Test]
    public void No_text_holds_what_a_record_writes_of_itself()
    {
        var wrong =
            from type in Libraries.SelectMany(library => library.GetTypes())
            from method in MethodCode.Of(type)
            where !IsOfRecord(method)
            from record in Written(method)
            where IsDump(record)
            select $"{type}.{method.Name} writes {record.Name}";
        Assert.That(wrong.Distinct(), Is.Empty);
    }

    // The reading itself.
    [Test]
    public void A_text_that_holds_one_is_found()
    {
        var found = MethodCode.Of(typeof(Samples)).Where(method => Written(method).Any(IsDump)).Select(method => method.Name);
        Assert.That(found, Is.EquivalentTo(new[] { nameof(Samples.Interpolates), nameof(Samples.Joins), nameof(Samples.Nullable) }));
    }

    private static IEnumerable<Type> Written(MethodBase method) =>
        from member in MethodCode.Members(method)
        where member.Member is MethodInfo { IsGenericMethod: true, Name: "AppendFormatted" or nameof(string.Join) }
        select ((MethodInfo)member.Member).GetGenericArguments()[0] into written
        where !written.IsGenericParameter
        select System.Nullable.GetUnderlyingType(written) ?? written;

    private static bool IsDump(Type type) => type.GetMethod("PrintMembers", BindingFlags.Instance | BindingFlags.NonPublic) is not null
        && type.GetMethod(nameof(ToString), [])!.DeclaringType == type && IsDump(type.GetMethod(nameof(ToString), [])!);

    private static bool IsDump(MethodInfo toString) => toString.IsDefined(typeof(CompilerGeneratedAttribute))
        || MethodCode.Members(toString).Any(member => member.Member.DeclaringType?.Name == nameof(RecordText));

    private static bool IsOfRecord(MethodBase method) => method.Name is "PrintMembers" or nameof(ToString);

    private static class Samples
    {
        public static string Interpolates(SnapshotSegment segment) => $"It is {segment}.";

        public static string Joins(IEnumerable<SnapshotSegment> segments) => string.Join(", ", segments);

        public static string Nullable(Pair? pair) => $"It is {pair}.";

        public static string Names(SnapshotSegment segment) => $"It is {segment.Name} of {new IdRange(1, 2)}.";
    }

    internal readonly record struct Pair(int First, int Second);
}
