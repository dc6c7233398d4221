using System.Reflection;
using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Datasets;
using Monolith.Embeddings.Hosting.Configuration;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.TestKit;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Tests.PublicApi;

/// <summary>The rules of docs/design/names.md, as far as reflection sees them.</summary>
public class NameRuleTests
{
    private const string Suffix = "Options";

    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Assembly Core = typeof(EmbeddingTable).Assembly;

    // One class does both, and says which by a flag.
    private static readonly Type[] MadeByOneClass = [typeof(AllOfOptions), typeof(AnyOfOptions)];

    private static readonly Assembly[] Assemblies =
        [Core, typeof(PlugInRegistry).Assembly, typeof(PlugInContract).Assembly, typeof(SyntheticClickStream).Assembly];

    private static readonly Type[] Types = [.. Assemblies.SelectMany(assembly => assembly.GetExportedTypes())];

    [Test]
    public void Lookup_is_one_word() =>
        Assert.That(Members().Where(member => member.Name.Contains("LookUp", StringComparison.Ordinal)).Select(Text), Is.Empty);

    [Test]
    public void Options_make_the_part_of_their_name()
    {
        var makers = Types.Where(type => typeof(IValidatedOptions).IsAssignableFrom(type) && Create(type) is not null).ToArray();
        Assert.That(makers, Has.Length.GreaterThan(25));
        foreach (var type in makers)
        {
            Assert.That(type.Name, Does.EndWith(Suffix));
            var part = type.Name[..^Suffix.Length];
            if (type.BaseType == typeof(object)) Assert.That(Create(type)!.ReturnType.Name, Is.EqualTo(part));
            else if (!type.IsAbstract && !MadeByOneClass.Contains(type))
                Assert.That(Named(part, type.Namespace!), Has.One.Matches<Type>(Create(type)!.ReturnType.IsAssignableFrom), type.Name);
        }
    }

    [Test]
    public void No_public_record_is_positional()
    {
        Assert.That(Members().Where(member => member.Name == "Deconstruct").Select(Text), Is.Empty);
        var records = Types.Where(type => type.GetMethod("PrintMembers", Declared) is not null).ToArray();
        Assert.That(records, Has.Length.GreaterThan(20));
        Assert.That(records.Where(type => type.GetConstructors().Any(IsPositional)).Select(type => type.Name), Is.Empty);
    }

    [Test]
    public void A_clock_is_an_optional_parameter_and_no_option()
    {
        Assert.That(Members().OfType<PropertyInfo>().Where(p => p.PropertyType == typeof(TimeProvider)).Select(Text), Is.Empty);
        var clocks = Parameters().Where(parameter => parameter.ParameterType == typeof(TimeProvider)).ToArray();
        Assert.That(clocks, Has.Length.GreaterThan(5));
        Assert.That(clocks.Where(clock => clock.Name != "timeProvider" || !clock.IsOptional).Select(clock => Text(clock.Member)), Is.Empty);
    }

    // An internal part has the namespace of its sub-folder.
    private static IEnumerable<Type> Named(string name, string folder) =>
        Core.GetTypes().Where(type => type.Name == name && $"{type.Namespace}.".StartsWith($"{folder}.", StringComparison.Ordinal));

    private static bool IsPositional(ConstructorInfo constructor) =>
        constructor.GetParameters() is { Length: > 0 } parameters
        && parameters.All(parameter => constructor.DeclaringType!.GetProperty(parameter.Name!) is { SetMethod.IsPublic: true });

    private static MethodInfo? Create(Type type) => type.GetMethods().FirstOrDefault(method => method is { Name: "Create", IsStatic: false });

    private static IEnumerable<MemberInfo> Members() => Types.SelectMany(type => type.GetMembers(Declared)).Where(IsSeen);

    private static IEnumerable<ParameterInfo> Parameters() => Members().OfType<MethodBase>().SelectMany(method => method.GetParameters());

    private static bool IsSeen(MemberInfo member) => member switch
    {
        MethodBase method => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly,
        PropertyInfo property => property.GetAccessors().Length > 0,
        FieldInfo field => field.IsPublic,
        _ => false,
    };

    private static string Text(MemberInfo member) => $"{member.DeclaringType}.{member.Name}";
}
