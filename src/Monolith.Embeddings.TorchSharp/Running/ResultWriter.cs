using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.TorchSharp.Learning;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.Running;

/// <summary>Writes what a module computed to where a caller wants it. Stateless; thread-safe.</summary>
/// <param name="schema">The schema, which has more tasks than are learned, perhaps.</param>
/// <param name="learned">The learned tasks.</param>
/// <param name="outputs">What the module puts out beside logits.</param>
internal sealed class ResultWriter(FeatureSchema schema, LabelTask[] learned, IReadOnlyList<ModelOutput> outputs)
{
    /// <summary>Writes logits and outputs of all rows.</summary>
    /// <param name="result">What was computed; checked.</param>
    /// <param name="logits">Receives the logits, [rows, tasks of the schema]; NaN for tasks that are not learned.</param>
    /// <param name="blocks">Receives the outputs; null where they are not asked for.</param>
    public void Write(TorchResult result, Span<float> logits, ModelOutputBlocks? blocks)
    {
        WriteLogits(result, logits);
        if (blocks is null) return;
        for (var i = 0; i < outputs.Count; i++) HostFloats.Read(result.Values[i].Values, blocks.Block(outputs[i]));
    }

    /// <summary>Loses the rows of which a logit or an output is absurd.</summary>
    public void LoseAbsurd(TorchResult result, LostRows lost, float largestLogit)
    {
        LoseAbsurd(result.Logits, lost, largestLogit);
        for (var i = 0; i < outputs.Count; i++) LoseAbsurd(result.Values[i].Values, lost, float.MaxValue);
    }

    /// <summary>Sets logits and outputs of lost rows to NaN.</summary>
    public void WriteLost(LostRows lost, Span<float> logits, ModelOutputBlocks? blocks)
    {
        if (lost.Count == 0) return;
        for (var row = 0; row < lost.Rows; row++)
        {
            if (!lost.IsLost(row)) continue;
            logits.Slice(row * schema.Tasks.Count, schema.Tasks.Count).Fill(float.NaN);
            for (var i = 0; blocks is not null && i < outputs.Count; i++)
                blocks.Block(outputs[i]).Slice(row * outputs[i].Width, outputs[i].Width).Fill(float.NaN);
        }
    }

    private static void LoseAbsurd(Tensor values, LostRows lost, float limit)
    {
        if (HostFloats.AreVisible(values))
        {
            lost.LoseAbsurd(HostFloats.Of(values), limit);
            return;
        }
        using var host = values.detach().cpu().contiguous();
        lost.LoseAbsurd(HostFloats.Of(host), limit);
    }

    private void WriteLogits(TorchResult result, Span<float> logits)
    {
        if (learned.Length == schema.Tasks.Count)
        {
            HostFloats.Read(result.Logits, logits);
            return;
        }
        logits.Fill(float.NaN);
        using var columns = result.Logits.detach().reshape(-1, learned.Length).cpu().contiguous();
        var values = HostFloats.Of(columns);
        for (var i = 0; i < values.Length; i++)
            logits[i / learned.Length * schema.Tasks.Count + learned[i % learned.Length].Index] = values[i];
    }
}
