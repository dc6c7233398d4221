using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Monolith.Embeddings.Hosting.Configuration;
using Monolith.Embeddings.Hosting.Tests.Support;

namespace Monolith.Embeddings.Hosting.Tests.Configuration;

/// <summary>Every property of every part is set from a file, one at a time, to something that is not its default.</summary>
public class RoundTripTests
{
    private static IEnumerable<TestCaseData> Properties =>
        from part in CoreOptions.Parts
        from property in CoreOptions.Properties(part)
        select new TestCaseData(part, property.Name).SetArgDisplayNames(part.Name, property.Name);

    [TestCaseSource(nameof(Properties))]
    public void Every_property_can_be_set(Type part, string name)
    {
        var property = part.GetProperty(name)!;
        var refusals = new List<string>();
        foreach (var companion in Companions(part, name))
        {
            foreach (var (json, expected) in Candidates(property, CoreOptions.Make(part)!))
            {
                try
                {
                    var options = Read(part, $"{{\"Type\": \"{Name(part)}\", {companion}\"{name.ToUpperInvariant()}\": {json}}}");
                    Assert.That(Matches(property.GetValue(options), expected), Is.True, $"{json} became {property.GetValue(options)}");
                    return;
                }
                catch (OptionsValidationException refusal)
                {
                    refusals.AddRange(refusal.Failures);
                }
            }
        }
        // Some parts refuse whatever an inherited property says; then the refusal shows that it was read.
        Assert.That(refusals, Is.Not.Empty.And.Some.StartsWith($"part:{name.ToUpperInvariant()}").And.None.Contain("is not a key of"));
    }

    // Nothing else first; then one more key, for parts that need it.
    private static IEnumerable<string> Companions(Type part, string name) =>
        ["", .. from other in CoreOptions.Properties(part)
                where other.Name != name
                from candidate in Candidates(other, CoreOptions.Make(part)!).Take(2)
                select $"\"{other.Name}\": {candidate.Json}, "];

    private static IEnumerable<(string Json, object? Expected)> Candidates(PropertyInfo property, object defaults)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        var elements = type.IsArray ? [type.GetElementType()!] : type.GetGenericArguments();
        if (elements.Length == 2) return Values(elements[1]).Select(v => ($"{{\"7\": {v.Json}}}", (object?)new object?[] { v.Expected }));
        if (elements.Length == 1) return Values(elements[0]).Select(v => ($"[{v.Json}]", (object?)new object?[] { v.Expected }));
        return Values(type).Where(v => !Equals(v.Expected, property.GetValue(defaults)));
    }

    private static IEnumerable<(string Json, object? Expected)> Values(Type type)
    {
        if (type.IsEnum) return Enum.GetValues(type).Cast<object>().Select(v => ($"\"{v}\"", (object?)v));
        if (type == typeof(bool)) return [("true", true), ("false", false)];
        if (type == typeof(string)) return [("\"a text\"", "a text")];
        if (type == typeof(TimeSpan)) return [("\"12.03:04:05\"", new TimeSpan(12, 3, 4, 5))];
        if (type.IsPrimitive)
        {
            return new[] { 3, 0.375, -0.5, 8, 64, 1024 }
                .Where(v => type == typeof(float) || type == typeof(double) || v == Math.Abs(Math.Floor(v)))
                .Select(
                    v => (v.ToString(CultureInfo.InvariantCulture), (object?)Convert.ChangeType(v, type, CultureInfo.InvariantCulture)));
        }
        // Options without a choice: one of their own keys at a time.
        if (!type.IsAbstract)
        {
            return CoreOptions.Properties(type).SelectMany(p => Values(Nullable.GetUnderlyingType(p.PropertyType) ?? p.PropertyType)
                .Select(v => ($"{{\"{p.Name}\": {v.Json}}}", (object?)type)));
        }
        return CoreOptions.Types.Where(t => t.IsAssignableTo(type))
            .Select(t => ($"{{\"Type\": {JsonSerializer.Serialize(Name(t))}}}", (object?)t));
    }

    // A part is expected by its type alone: its own properties have tests of their own.
    private static bool Matches(object? actual, object? expected) => (actual, expected) switch
    {
        (IDictionary pairs, object?[] one) => pairs.Count == 1 && Matches(pairs.Values.Cast<object>().Single(), one[0]),
        (IEnumerable list and not string, object?[] one) =>
            list.Cast<object>().Count() == 1 && Matches(list.Cast<object>().Single(), one[0]),
        (_, Type type) => type.IsInstanceOfType(actual),
        _ => Equals(actual, expected),
    };

    private static string Name(Type type)
    {
        var registry = new PlugInRegistry();
        var names = (IReadOnlyList<string>)typeof(PlugInRegistry)
            .GetMethod(nameof(PlugInRegistry.Names))!.MakeGenericMethod(type).Invoke(registry, [])!;
        return names.Single();
    }

    private static object Read(Type part, string json) =>
        typeof(PlugInRegistry).GetMethod(nameof(PlugInRegistry.Read))!.MakeGenericMethod(CoreOptions.KindOf(part))
        .Invoke(
            new PlugInRegistry(), BindingFlags.DoNotWrapExceptions, null, [Json.Read($"{{\"part\": {json}}}").GetSection("part")], null)!;
}
