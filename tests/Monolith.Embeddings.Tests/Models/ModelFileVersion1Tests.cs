using System.Text;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Tests.Models;

/// <summary>Bytes of the first version, which had no sections, give the weights and states that stand in them.</summary>
public sealed class ModelFileVersion1Tests
{
    [Test]
    public void Bytes_of_the_first_version_are_read([Values("lr", "fm", "deep")] string name)
    {
        var bytes = Golden(name);
        using var model = Create(name);
        using (var stream = new MemoryStream(bytes)) model.Load(stream);
        var expected = ReadOld(bytes);
        Assert.That(model.Step, Is.EqualTo(expected.Step).And.EqualTo(4));
        Assert.That(model.Graph.Parameters.Select(p => p.Weights), Is.EqualTo(expected.Matrices.Select(m => m.Weights)));
        Assert.That(model.Graph.Parameters.Select(p => p.State), Is.EqualTo(expected.Matrices.Select(m => m.State)));
        Assert.That(expected.Matrices.SelectMany(m => m.State), Has.Some.Not.Zero);
    }

    [Test]
    public void Damaged_bytes_of_the_first_version_change_nothing()
    {
        var good = Golden("deep");
        using var model = Create("deep");
        var before = Saved(model);
        for (var i = 0; i < good.Length; i++)
        {
            var damaged = good.ToArray();
            damaged[i] ^= 0x40;
            Refused(damaged);
            Refused(good[..i]);
        }
        Assert.That(Saved(model), Is.EqualTo(before));

        void Refused(byte[] bytes) => Assert.That(() => model.Load(new MemoryStream(bytes)), Throws.InstanceOf<InvalidDataException>());
    }

    private static BuiltInModel Create(string name)
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table("users", r => r.Bias(new FtrlOptions()).Vector(4, new AdagradOptions()));
        builder.Table("items", r => r.Bias(new FtrlOptions()).Vector(4, new AdagradOptions()));
        builder.Slot("user", "users");
        builder.Slot("item", "items");
        builder.Dense(2);
        builder.Task("click");
        return ModelFixture.Create(name, builder.Build(), new AdamOptions(), hidden: [4, 3]);
    }

    private static byte[] Golden(string name)
    {
        using var stream = typeof(ModelFileVersion1Tests).Assembly.GetManifestResourceStream($"Golden.version-1.{name}.model")!;
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }

    private static byte[] Saved(OnlineModel model)
    {
        using var memory = new MemoryStream();
        model.Save(memory);
        return memory.ToArray();
    }

    // Magic, version, name, fingerprint; per matrix rows, columns, length of state, optimizer; step; weights and states; checksum.
    private static (long Step, (float[] Weights, float[] State)[] Matrices) ReadOld(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
        reader.ReadBytes(sizeof(long) + sizeof(int));
        reader.ReadBytes(reader.ReadInt32());
        reader.ReadInt64();
        var shapes = new (int Weights, int State)[reader.ReadInt32()];
        foreach (ref var shape in shapes.AsSpan())
        {
            shape = (reader.ReadInt32() * reader.ReadInt32(), reader.ReadInt32());
            reader.ReadBytes(reader.ReadInt32());
        }
        var step = reader.ReadInt64();
        return (step, [.. shapes.Select(shape => (Read(shape.Weights), Read(shape.State)))]);

        float[] Read(int count)
        {
            var values = new float[count];
            foreach (ref var value in values.AsSpan()) value = reader.ReadSingle();
            return values;
        }
    }
}
