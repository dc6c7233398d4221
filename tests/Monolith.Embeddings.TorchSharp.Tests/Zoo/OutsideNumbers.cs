using System.Text.Json;
using System.Text.Json.Serialization;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.TorchSharp.Tests.Support;

namespace Monolith.Embeddings.TorchSharp.Tests.Zoo;

/// <summary>
/// What another implementation made of weights and inputs: a file of <c>Outside</c>, which says how it was made. Inputs are named
/// <c>slot/user</c>, <c>sequence/recent</c>, <c>lengths/recent</c> and <c>dense</c>; or <c>ids/recent</c>, places of <c>items</c>.
/// </summary>
internal sealed class OutsideNumbers
{
    [JsonPropertyName("made-with")]
    public required string MadeWith { get; init; }

    [JsonPropertyName("weights")]
    public required Dictionary<string, OutsideArray> Weights { get; init; }

    [JsonPropertyName("inputs")]
    public required Dictionary<string, OutsideArray> Inputs { get; init; }

    [JsonPropertyName("outputs")]
    public required Dictionary<string, OutsideArray> Outputs { get; init; }

    public int Rows => Inputs.Values.First().Shape[0];

    /// <summary>How many rows an input has.</summary>
    public int RowsOf(string input) => Inputs[input].Shape[0];

    /// <summary>The ids of a row in a slot; all of them where the slot has no lengths.</summary>
    public long[] IdsOf(string slot, int row)
    {
        var ids = Inputs[$"ids/{slot}"];
        var count = Inputs.TryGetValue($"lengths/{slot}", out var lengths) ? (int)lengths.Values[row] : ids.Shape[1];
        return [.. ids.Values.Skip(row * ids.Shape[1]).Take(count).Select(id => (long)id)];
    }

    /// <param name="name">The file's name without <c>.json</c>.</param>
    public static OutsideNumbers Read(string name)
    {
        using var stream = typeof(OutsideNumbers).Assembly.GetManifestResourceStream($"{name}.json")
            ?? throw new FileNotFoundException($"There is no Outside/{name}.json.");
        return JsonSerializer.Deserialize<OutsideNumbers>(stream, JsonSerializerOptions.Web)!;
    }

    /// <summary>Writes the weights into a model, which has parameters of these names and shapes and no others.</summary>
    public void Load(OnlineModel model)
    {
        Assert.That(Weights.Keys, Is.EquivalentTo(model.Parameters.Select(parameter => parameter.Name)));
        foreach (var parameter in model.Parameters)
        {
            var weights = Weights[parameter.Name];
            Assert.That(weights.Shape, Is.EqualTo(parameter.Shape), parameter.Name);
            parameter.Write(weights.Floats);
        }
    }

    /// <summary>Makes them the inputs of a batch of as many rows.</summary>
    public void Fill(Batch batch)
    {
        var (blocks, layout) = (batch.Inputs, batch.Inputs.Layout);
        var filled = 0;
        foreach (var columns in layout.Find(RowBuilder.VectorName)?.Columns ?? [])
        {
            var segment = layout.Find(RowBuilder.VectorName)!;
            var values = Take($"slot/{columns.Slot.Name}", Rows, columns.Width);
            for (var row = 0; row < Rows; row++)
                values.AsSpan(row * columns.Width, columns.Width).CopyTo(blocks.Block(segment)[(row * segment.Width + columns.Start)..]);
        }
        foreach (var sequence in layout.Sequences.Where(sequence => sequence.SegmentName == RowBuilder.VectorName))
        {
            Take($"sequence/{sequence.Slot.Name}", Rows, sequence.MaxLength, sequence.Dimension).CopyTo(blocks.Sequence(sequence));
            var lengths = Take($"lengths/{sequence.Slot.Name}", Rows);
            for (var row = 0; row < Rows; row++) blocks.Lengths(sequence)[row] = (int)lengths[row];
        }
        if (layout.DenseWidth > 0) Take("dense", Rows, layout.DenseWidth).CopyTo(blocks.Dense);
        Assert.That(filled, Is.EqualTo(Inputs.Count), "inputs of the schema and of the file");

        float[] Take(string name, params int[] shape)
        {
            filled++;
            Assert.That(Inputs[name].Shape, Is.EqualTo(shape), name);
            return Inputs[name].Floats;
        }
    }
}
