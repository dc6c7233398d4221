using System.Text;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Tests.Models;

public sealed class ModelFileTests
{
    [Test]
    public void A_loaded_model_goes_on_as_the_saved_one_would([Values("lr", "fm", "deep")] string name)
    {
        var fixture = new ModelFixture();
        using var saved = Trained(fixture, name);
        using var loaded = ModelFixture.Create(name, fixture.Schema, new AdamOptions());
        loaded.Load(new MemoryStream(Bytes(saved)));
        Assert.That(loaded.Step, Is.EqualTo(saved.Step));
        Assert.That(Bytes(loaded), Is.EqualTo(Bytes(saved)));
        for (var step = 0; step < 3; step++)
        {
            fixture.Train(saved);
            fixture.Train(loaded);
        }
        Assert.That(Bytes(loaded), Is.EqualTo(Bytes(saved)));
    }

    [Test]
    public void Bytes_may_arrive_one_by_one()
    {
        var fixture = new ModelFixture();
        using var saved = Trained(fixture, "fm");
        using var loaded = ModelFixture.Create("fm", fixture.Schema, new AdamOptions());
        loaded.Load(new DripStream(Bytes(saved)));
        Assert.That(Bytes(loaded), Is.EqualTo(Bytes(saved)));
    }

    [Test]
    public void Every_damage_is_refused_and_leaves_the_model_as_it_was()
    {
        var fixture = new ModelFixture();
        using var saved = Trained(fixture, "deep", hidden: [3]);
        using var model = ModelFixture.Create("deep", fixture.Schema, new AdamOptions(), hidden: [3]);
        var (good, before) = (Bytes(saved), Bytes(model));
        for (var length = 0; length < good.Length; length++) Refuse(good[..length]);
        Refuse([.. good, 0]);
        Refuse(Encoding.UTF8.GetBytes(new string('x', 500)));
        for (var i = 0; i < good.Length; i++)
        {
            var damaged = good.ToArray();
            damaged[i] ^= 0x40;
            Refuse(damaged);
        }
        Assert.That(Bytes(model), Is.EqualTo(before));
        model.Load(new MemoryStream(good));
        Assert.That(Bytes(model), Is.EqualTo(good));

        void Refuse(byte[] bytes) => Assert.That(() => model.Load(new MemoryStream(bytes)), Throws.InstanceOf<InvalidDataException>());
    }

    [Test]
    public void Another_model_is_refused_by_what_differs()
    {
        var (fixture, wider) = (new ModelFixture(), new ModelFixture(dimension: 5));
        using var model = ModelFixture.Create("deep", fixture.Schema, new AdamOptions());
        Refused(ModelFixture.Create("fm", fixture.Schema, new AdamOptions()), "name is factorization-machine");
        Refused(ModelFixture.Create("deep", wider.Schema, new AdamOptions()), "fingerprint");
        Refused(Hidden([7]), "'layers.1' has the shape [8, 1], but [8, 5] is needed");
        Refused(Hidden([7, 6]), "'layers.1' has the shape [8, 6], but [8, 5] is needed");
        Refused(Hidden([7, 5, 1]), "no use for 'layers.3', 'layers.3.state'");
        Refused(ModelFixture.Create("deep", fixture.Schema, new SgdOptions()), "'linear' learned by 'sgd', but 'adam' is needed");

        BuiltInModel Hidden(params int[] hidden) => ModelFixture.Create("deep", fixture.Schema, new AdamOptions(), hidden: hidden);

        void Refused(BuiltInModel other, string reason)
        {
            using (other)
            {
                Assert.That(() => model.Load(new MemoryStream(Bytes(other))),
                    Throws.InstanceOf<InvalidDataException>().With.Message.Contains(reason));
            }
        }
    }

    private static BuiltInModel Trained(ModelFixture fixture, string name, int[]? hidden = null)
    {
        var model = ModelFixture.Create(name, fixture.Schema, new AdamOptions(), hidden: hidden);
        fixture.Fill(rows: 50, seed: 6);
        for (var step = 0; step < 3; step++) fixture.Train(model);
        return model;
    }

    private static byte[] Bytes(OnlineModel model)
    {
        using var stream = new MemoryStream();
        model.Save(stream);
        return stream.ToArray();
    }

    private sealed class DripStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, 1)]);
    }
}
