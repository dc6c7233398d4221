using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Hosting.Configuration;
using Monolith.Embeddings.Hosting.Tests.Support;
using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Hosting.Tests.Configuration;

/// <summary>Texts at random: what the form allows is read to the bit, and nothing else is read.</summary>
public partial class RandomTextTests
{
    private const int Rounds = 4000;

    // Mostly what numbers are made of, and what parsers let pass.
    private const string Letters = "0123456789012345..,,:::+--eE_ xN%\0\u00A0\u0665\u2212";

    private readonly PlugInRegistry _registry = new PlugInRegistry().Add<OwnOptimizerOptions>("Own");

    [Test]
    public void Numbers_come_back_to_the_bit([Values(1, 2)] int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < Rounds; i++)
        {
            var (single, real) = (BitConverter.Int32BitsToSingle(random.Next()), BitConverter.Int64BitsToDouble(random.NextInt64()));
            if (!float.IsFinite(single) || !double.IsFinite(real)) continue;
            var own = Own($"\"LearningRate\": {Text(single)}, \"Decays\": [ {Text(real)} ]");
            if (own is null) Assert.That(single, Is.Zero, "only a rate of zero may be refused");
            else Assert.That((own.LearningRate, own.Decays![0]), Is.EqualTo((single, real)));
        }

        static string Text(IFormattable number) => $"\"{number.ToString("R", CultureInfo.InvariantCulture)}\"";
    }

    [Test]
    public void Time_spans_come_back([Values(1, 2)] int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < Rounds; i++)
        {
            var time = TimeSpan.FromTicks(random.NextInt64(TimeSpan.TicksPerSecond, TimeToLiveOptions.Longest.Ticks));
            Assert.That(Duration(time.ToString("c", CultureInfo.InvariantCulture)), Is.EqualTo(time));
        }
    }

    [Test]
    public void What_is_not_of_the_form_is_not_read([Values(1, 2)] int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < Rounds; i++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(1, 9)).Select(_ => Letters[random.Next(Letters.Length)])]);
            if (!Number().IsMatch(text)) Assert.That(Own($"\"Decays\": [ {JsonSerializer.Serialize(text)} ]"), Is.Null, $"'{text}'");
            if (!Whole().IsMatch(text)) Assert.That(Own($"\"Steps\": [ {JsonSerializer.Serialize(text)} ]"), Is.Null, $"'{text}'");
            if (!Time().IsMatch(text)) Assert.That(Duration(text), Is.Null, $"'{text}'");
        }
    }

    private OwnOptimizerOptions? Own(string keys)
    {
        try
        {
            return (OwnOptimizerOptions)_registry.Read<OptimizerOptions>(Json.Read($"{{ \"Type\": \"Own\", {keys} }}"));
        }
        catch (OptionsValidationException)
        {
            return null;
        }
    }

    private TimeSpan? Duration(string text)
    {
        try
        {
            var json = $"{{ \"Type\": \"TimeToLive\", \"Duration\": {JsonSerializer.Serialize(text)} }}";
            return ((TimeToLiveOptions)_registry.Read<ExpiryPolicyOptions>(Json.Read(json))).Duration;
        }
        catch (OptionsValidationException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\z")]
    private static partial Regex Number();

    [GeneratedRegex(@"^[+-]?[0-9]+\z")]
    private static partial Regex Whole();

    [GeneratedRegex(@"^-?([0-9]+\.)?[0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(\.[0-9]{1,7})?\z")]
    private static partial Regex Time();
}
