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

    // What the names of times end in.
    private static readonly string[] TimeNames = ["EventTime", "LastUpdate", "AdmittedAt", "NewestEvent", "ClockTime", "Clock", "Time"];

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

    [Test]
    public void A_time_is_no_number_or_its_name_says_milliseconds()
    {
        (string Text, string Name, Type Type)[] named =
        [
            .. Members().OfType<PropertyInfo>().Select(p => (Text(p), p.Name, p.PropertyType)),
            .. Members().OfType<FieldInfo>().Where(f => !f.DeclaringType!.IsEnum).Select(f => (Text(f), f.Name, f.FieldType)),
            .. Parameters().Select(p => ($"{Text(p.Member)}({p.Name})", p.Name!, p.ParameterType)),
        ];
        var times = named.Where(one => TimeNames.Any(name => one.Name.EndsWith(name, StringComparison.OrdinalIgnoreCase))).ToArray();
        Assert.That(times, Has.Length.GreaterThan(30));
        Assert.That(times.Where(time => IsNumber(time.Type)).Select(time => time.Text), Is.Empty);
        Assert.That(named.Count(IsRowOfTimes), Is.GreaterThan(1));
        Assert.That(named.Where(IsRowOfTimes).Select(one => one.Name), Has.All.EndsWith("Milliseconds"));
        Assert.That(named.Where(one => one.Name.EndsWith("Seconds", StringComparison.OrdinalIgnoreCase) && IsNumber(one.Type)
            && !one.Name.EndsWith("Milliseconds", StringComparison.OrdinalIgnoreCase)).Select(one => one.Text), Is.Empty);
    }

    // Numbers of such names count times: FutureEventTimes.
    private static bool IsRowOfTimes((string Text, string Name, Type Type) one) =>
        (one.Name.Contains("EventTimes", StringComparison.OrdinalIgnoreCase) || one.Name.Contains("LastUpdates", StringComparison.Ordinal))
        && one.Type.IsGenericType && IsNumber(one.Type.GetGenericArguments()[0]);

    private static bool IsNumber(Type type)
    {
        var value = type.IsByRef ? type.GetElementType()! : type;
        value = Nullable.GetUnderlyingType(value) ?? value;
        return !value.IsEnum && Type.GetTypeCode(value) is >= TypeCode.SByte and <= TypeCode.Decimal;
    }

    // An internal part has the namespace of its sub-folder.
    private static IEnumerable<Type> Named(string name, string folder) =>
        Core.GetTypes().Where(type => type.Name == name && $"{type.Namespace}.".StartsWith($"{folder}.", StringComparison.Ordinal));

    private static bool IsPositional(ConstructorInfo constructor) =>
        constructor.GetParameters() is { Length: > 0 } parameters
        && parameters.All(parameter => constructor.DeclaringType!.GetProperty(parameter.Name!) is { SetMethod.IsPublic: true });

    private static MethodInfo? Create(Type type) =>
        type.GetMethods().FirstOrDefault(method => method is { Name: "Create", IsStatic: false });

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
