package io.tocsin.testkit;

import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.BeanSerializerModifier;
import io.quarkus.jackson.ObjectMapperCustomizer;
import io.quarkus.runtime.annotations.RegisterForReflection;

/// In the API tests, refuses to read or write a class of ours as JSON that is not registered for reflection: a native
/// image would answer `{}` or fail where the JVM does what was meant. A request that meets one is answered 500, and the
/// log names the class. A service's tests make it a bean by extending it.
public abstract class RegisteredJson implements ObjectMapperCustomizer {

    @Override
    public void customize(ObjectMapper mapper) {
        mapper.registerModule(new SimpleModule("registered-json")
                .setSerializerModifier(new Written())
                .setDeserializerModifier(new Read()));
    }

    private static void check(Class<?> type) {
        if (type.getName().startsWith("io.tocsin.") && !Enum.class.isAssignableFrom(type) && !isRegistered(type)) {
            throw new IllegalStateException(type.getName() + " is read or written as JSON: a native image needs"
                    + " @RegisterForReflection on it");
        }
    }

    /// A registered class is so with all that is nested in it.
    private static boolean isRegistered(Class<?> type) {
        for (Class<?> it = type; it != null; it = it.getEnclosingClass()) {
            if (it.isAnnotationPresent(RegisterForReflection.class)) {
                return true;
            }
        }
        return false;
    }

    private static final class Written extends BeanSerializerModifier {

        private static final long serialVersionUID = 1L;

        @Override
        public JsonSerializer<?> modifySerializer(
                SerializationConfig config, BeanDescription description, JsonSerializer<?> serializer) {
            check(description.getBeanClass());
            return serializer;
        }
    }

    private static final class Read extends BeanDeserializerModifier {

        private static final long serialVersionUID = 1L;

        @Override
        public JsonDeserializer<?> modifyDeserializer(
                DeserializationConfig config, BeanDescription description, JsonDeserializer<?> deserializer) {
            check(description.getBeanClass());
            return deserializer;
        }
    }
}
