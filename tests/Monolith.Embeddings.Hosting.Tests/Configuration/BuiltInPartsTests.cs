using System.Reflection;
using Monolith.Embeddings.Hosting.Configuration;
using Monolith.Embeddings.Hosting.Tests.Support;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Hosting.Tests.Configuration;

public class BuiltInPartsTests
{
    private static IEnumerable<Type> Parts => CoreOptions.Parts;

    private static IEnumerable<Type> Containers => CoreOptions.Types.Except(CoreOptions.Parts);

    [Test]
    public void There_are_parts_to_look_for() => Assert.That(Parts.Count(), Is.GreaterThanOrEqualTo(11));

    [TestCaseSource(nameof(Parts))]
    public void Every_part_of_the_library_has_its_name(Type type)
    {
        Assert.That(Names(CoreOptions.KindOf(type)), Does.Contain(ShortName(type)),
            $"a line in BuiltInParts is missing: .Add<{type.Name}>(\"{ShortName(type)}\")");
        // Some need more than their name.
        var defaults = new OptionErrors();
        ((IValidatedOptions)CoreOptions.Make(type)!).CollectErrors(defaults);
        if (defaults.Errors.Count == 0) Assert.That(Read(CoreOptions.KindOf(type), $"\"{ShortName(type)}\""), Is.InstanceOf(type));
    }

    [TestCaseSource(nameof(Containers))]
    public void Every_other_class_of_options_is_known(Type type) =>
        Assert.That(Names(type), Has.Count.EqualTo(1), $"a line in BuiltInParts is missing: .Add<{type.Name}>()");

    /// <summary>
    /// The class less "Options" and less what its key says: UniformInitializerOptions is an "Initializer" of type "Uniform".
    /// </summary>
    private static string ShortName(Type type)
    {
        var kind = Without(CoreOptions.KindOf(type).Name, "Options");
        return Without(Without(type.Name, "Options"), kind[kind.LastIndexOfAny([.. "ABCDEFGHIJKLMNOPQRSTUVWXYZ"])..]);
    }

    private static string Without(string name, string end) =>
        name.EndsWith(end, StringComparison.Ordinal) && name.Length > end.Length ? name[..^end.Length] : name;

    private static IReadOnlyList<string> Names(Type kind) =>
        (IReadOnlyList<string>)typeof(PlugInRegistry)
        .GetMethod(nameof(PlugInRegistry.Names))!.MakeGenericMethod(kind).Invoke(new PlugInRegistry(), [])!;

    private static object Read(Type kind, string json) =>
        typeof(PlugInRegistry).GetMethod(nameof(PlugInRegistry.Read))!.MakeGenericMethod(kind)
        .Invoke(
            new PlugInRegistry(), BindingFlags.DoNotWrapExceptions, null, [Json.Read($"{{\"part\": {json}}}").GetSection("part")], null)!;
}
